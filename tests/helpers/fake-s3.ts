import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { BucketSettings } from '../../src/store/providers.ts';

/**
 * What a real server cannot be made to do. `reset` cuts the connection in the middle of the body,
 * `silence` never answers, `half answer` sends the headers and then nothing, `lost reply` stores and then
 * cuts, `corrupt` stores other bytes without checking them, `corrupt read` gives
 * other bytes than are stored, `no token` says that a listing goes on, and not where.
 */
export type Fault =
  | 'reset'
  | 'silence'
  | 'half answer'
  | 'lost reply'
  | 'corrupt'
  | 'corrupt read'
  | 'no token'
  | Readonly<{ status: number; code: string; message?: string }>;

export type FakeRequest = Readonly<{
  method: string;
  key: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  /** Of all requests, from 1. */
  number: number;
}>;

export type FakeS3 = Readonly<{
  settings: BucketSettings;
  objects: ReadonlyMap<string, Buffer>;
  requests: readonly FakeRequest[];
  /** What no request of ours may have: Expect, CRC headers, streams, questions about buckets. */
  violations: readonly string[];
  /** Uploads in parts that were begun and neither completed nor aborted. */
  openUploads: ReadonlyMap<string, unknown>;
  stats(): Readonly<{ maxInFlight: number; connections: number }>;
  /** Asked for each request as its headers arrive. */
  fail(fault: (request: FakeRequest) => Fault | undefined): void;
  /** Its clock, against ours. Requests that are 15 minutes off are refused, as S3 does. */
  setClock(offsetMs: number): void;
  stop(): Promise<void>;
}>;

/** A strict S3 in this process, with one bucket and faults on command. */
export async function startFakeS3(): Promise<FakeS3> {
  const objects = new Map<string, Buffer>();
  const openUploads = new Map<string, Map<number, Buffer>>();
  const requests: FakeRequest[] = [];
  const violations: string[] = [];
  let faultOf: (request: FakeRequest) => Fault | undefined = () => undefined;
  let clockOffsetMs = 0;
  let inFlight = 0;
  let maxInFlight = 0;
  let connections = 0;

  const handle = async (message: IncomingMessage, response: ServerResponse) => {
    const url = new URL(message.url ?? '', 'http://fake');
    const request: FakeRequest = {
      method: message.method ?? '',
      key: decodeURIComponent(url.pathname.replace(/^\/films\/?/, '')),
      query: url.searchParams,
      headers: message.headers,
      number: requests.length + 1,
    };
    requests.push(request);
    violations.push(...violationsOf(request));
    response.setHeader('date', new Date(Date.now() + clockOffsetMs).toUTCString());
    const fault = faultOf(request);
    if (fault === 'reset') return void message.once('data', () => message.socket.resetAndDestroy());
    const body = await readBody(message);
    if (fault === 'silence') return;
    if (fault === 'half answer')
      return void response.writeHead(200, { 'content-length': 9 }).write('x');
    if (typeof fault === 'object') return refuse(response, fault);
    if (Math.abs(sentAt(request) - Date.now() - clockOffsetMs) > 15 * 60_000) {
      return refuse(response, { status: 403, code: 'RequestTimeTooSkewed' });
    }
    const isIntact = request.headers['content-md5'] === md5(body, 'base64');
    if (fault !== 'corrupt' && body.length > 0 && request.headers['content-md5'] && !isIntact) {
      return refuse(response, { status: 400, code: 'BadDigest' });
    }
    if (fault === 'corrupt') body[0] = (body[0] ?? 0) ^ 1;
    const answer = serve(request, body, { objects, openUploads });
    if (fault === 'lost reply') return void message.socket.destroy();
    response.writeHead(answer.status ?? 200, answer.headers).end(harmed(answer.body, fault));
  };

  const server = createServer((message, response) => {
    inFlight += 1;
    maxInFlight = Math.max(maxInFlight, inFlight);
    response.once('close', () => (inFlight -= 1));
    handle(message, response).catch(() => message.socket.destroy());
  });
  server.on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');

  return {
    settings: {
      kind: 'r2',
      endpoint: `http://127.0.0.1:${address.port}`,
      region: 'auto',
      bucket: 'films',
      accessKeyId: '0'.repeat(32),
      secretAccessKey: 'f'.repeat(64),
      publicBaseUrl: 'https://media.example.com',
    },
    objects,
    requests,
    violations,
    openUploads,
    stats: () => ({ maxInFlight, connections }),
    fail: (fault) => {
      faultOf = fault;
    },
    setClock: (offsetMs) => {
      clockOffsetMs = offsetMs;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

type Answer = Readonly<{
  status?: number;
  headers?: Record<string, string>;
  body?: Buffer | string;
}>;
type State = Readonly<{
  objects: Map<string, Buffer>;
  openUploads: Map<string, Map<number, Buffer>>;
}>;

function serve({ method, key, query }: FakeRequest, body: Buffer, state: State): Answer {
  const uploadId = query.get('uploadId');
  if (uploadId !== null) return servePart({ method, key, query }, body, state);
  if (method === 'GET' && query.has('uploads')) return { body: uploadListing(state.openUploads) };
  if (query.has('uploads')) {
    const id = `upload-${state.openUploads.size + 1}-${key}`;
    state.openUploads.set(id, new Map());
    return {
      body: `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
    };
  }
  if (method === 'PUT') {
    state.objects.set(key, body);
    return { headers: { etag: `"${md5(body)}"` } };
  }
  if (method === 'POST' && query.has('delete')) {
    for (const [, name] of body.toString().matchAll(/<Key>([^<]*)/g))
      state.objects.delete(name ?? '');
    return { body: '<DeleteResult></DeleteResult>' };
  }
  if (query.has('list-type')) return { body: listing(state.objects, query) };
  const found = state.objects.get(key);
  if (found === undefined) return { status: 404, body: '<Error><Code>NoSuchKey</Code></Error>' };
  const headers = { etag: `"${md5(found)}"`, 'content-length': String(found.length) };
  return { headers, ...(method === 'HEAD' ? {} : { body: found }) };
}

function servePart(
  { method, key, query }: Pick<FakeRequest, 'method' | 'key' | 'query'>,
  body: Buffer,
  { objects, openUploads }: State,
): Answer {
  const id = query.get('uploadId') ?? '';
  const parts = openUploads.get(id);
  if (parts === undefined) return { status: 404, body: '<Error><Code>NoSuchUpload</Code></Error>' };
  if (method === 'PUT') {
    parts.set(Number(query.get('partNumber')), body);
    return { headers: { etag: `"${md5(body)}"` } };
  }
  openUploads.delete(id);
  if (method === 'DELETE') return { status: 204 };
  const inOrder = [...parts].toSorted(([one], [other]) => one - other).map(([, part]) => part);
  objects.set(key, Buffer.concat(inOrder));
  const digests = Buffer.concat(inOrder.map((part) => Buffer.from(md5(part), 'hex')));
  const etag = `"${md5(digests)}-${inOrder.length}"`;
  return {
    body: `<CompleteMultipartUploadResult><ETag>${etag}</ETag></CompleteMultipartUploadResult>`,
  };
}

function harmed(body: string | Buffer | undefined, fault: Fault | undefined) {
  if (fault === 'corrupt read') return Buffer.alloc(Buffer.byteLength(body ?? ''));
  if (fault !== 'no token') return body;
  return body?.toString().replace(/<NextContinuationToken>.*?<\/NextContinuationToken>/, '');
}

/** Pages of a thousand, as S3's are. The token is the last key of the page before. */
function listing(objects: ReadonlyMap<string, Buffer>, query: URLSearchParams): string {
  const prefix = query.get('prefix') ?? '';
  const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
  const rows = [...objects]
    .filter(([key]) => key.startsWith(prefix) && key > after)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  const page = rows.slice(0, 1_000);
  const next = rows.length > page.length ? page.at(-1)?.[0] : undefined;
  const contents = page.map(
    ([key, body]) =>
      `<Contents><Key>${key}</Key><Size>${body.length}</Size><ETag>"${md5(body)}"</ETag>` +
      '<LastModified>2026-11-22T12:00:00.000Z</LastModified></Contents>',
  );
  const more = next === undefined ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`;
  return `<ListBucketResult><IsTruncated>${next !== undefined}</IsTruncated>${more}${contents.join('')}</ListBucketResult>`;
}

function uploadListing(openUploads: State['openUploads']): string {
  const rows = [...openUploads.keys()].map(
    (id) =>
      `<Upload><Key>${id.replace(/^upload-\d+-/, '')}</Key><UploadId>${id}</UploadId>` +
      '<Initiated>2026-11-22T12:00:00.000Z</Initiated></Upload>',
  );
  return `<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>${rows.join('')}</ListMultipartUploadsResult>`;
}

function refuse(response: ServerResponse, fault: Extract<Fault, object>): void {
  const { status, code, message = 'a fault on command' } = fault;
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
}

function violationsOf({ method, key, query, headers }: FakeRequest): string[] {
  const found = Object.keys(headers).filter((name) =>
    /^(expect|x-amz-(sdk-)?checksum.*|x-amz-trailer|x-amz-acl)$/.test(name),
  );
  if (/STREAMING|UNSIGNED/.test(String(headers['x-amz-content-sha256'])))
    found.push('unsigned body');
  if (method === 'PUT' && headers['content-md5'] === undefined)
    found.push('PUT without Content-MD5');
  if (query.has('delete') && headers['content-md5'] === undefined) found.push('delete without MD5');
  if (key === '' && !['list-type', 'delete', 'uploads'].some((name) => query.has(name)))
    found.push('a bucket question');
  return found.map((what) => `${method} ${key}: ${what}`);
}

function sentAt({ headers }: FakeRequest): number {
  const [, y, mo, d, h, mi, s] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(headers['x-amz-date'])) ?? [];
  return Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function md5(bytes: Buffer, encoding: 'hex' | 'base64' = 'hex'): string {
  return createHash('md5').update(bytes).digest(encoding);
}
