import { once } from 'node:events';
import {
  createServer,
  request as forward,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What becomes of one request. `reset`: the connection is cut in the middle of its body. `silence`:
 * the server never sees it and nobody answers. `hang`: the server does it, and the answer is held for
 * ever. `lost reply`: the server does it, and the connection is cut. `corrupt`: one byte of its body is
 * another on the way. `rotten`: one byte of the answer's body is another than the store tells of.
 * `half answer`: headers and a byte of the answer, then nothing.
 */
export type ProxyFault =
  | 'reset'
  | 'silence'
  | 'hang'
  | 'lost reply'
  | 'corrupt'
  | 'rotten'
  | 'half answer'
  | Readonly<{ status: number; code: string }>;

export type ProxyRequest = Readonly<{
  method: string;
  /** Path and query, the bucket included. */
  url: string;
  /** Of all requests, from 1. */
  number: number;
  /** Of all PUTs of objects of films, probes not among them, from 1; 0 for what is none. */
  put: number;
}>;

export type FaultProxy = Readonly<{
  /** Give this to the client: its signatures name the proxy's address, which the server sees as well. */
  endpoint: string;
  requests: readonly ProxyRequest[];
  /** Keys of the objects that were sent so far, in order, as often as they were. */
  puts(): readonly string[];
  /** Asked for each request. */
  fail(fault: (request: ProxyRequest) => ProxyFault | undefined): void;
  /** Ends all connections, as a router does that forgets. */
  dropConnections(): void;
  stop(): Promise<void>;
}>;

/** A faulty way to a real S3 server: every fault of F4 to F9 that a network or a service can make. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  const requests: ProxyRequest[] = [];
  let putCount = 0;
  let faultOf: (request: ProxyRequest) => ProxyFault | undefined = () => undefined;

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { method = '', url = '' } = incoming;
    if (isObjectPut(method, url)) putCount += 1;
    const request = {
      method,
      url,
      number: requests.length + 1,
      put: isObjectPut(method, url) ? putCount : 0,
    };
    requests.push(request);
    const fault = faultOf(request);
    if (fault === 'reset')
      return void incoming.once('data', () => incoming.socket.resetAndDestroy());
    const body = await bodyOf(incoming);
    if (fault === 'silence') return;
    if (typeof fault === 'object') return refuse(outgoing, fault);
    if (fault === 'corrupt') body[0] = (body[0] ?? 0) ^ 1;
    const passed = forward({ hostname, port, method, path: url, headers: incoming.headers });
    passed.on('error', () => outgoing.destroy());
    passed.end(body);
    const [answer] = (await once(passed, 'response')) as [IncomingMessage];
    const content = await bodyOf(answer);
    if (fault === 'hang') return;
    if (fault === 'rotten') content[0] = (content[0] ?? 0) ^ 1;
    if (fault === 'lost reply') return void incoming.socket.destroy();
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    if (fault === 'half answer') return void outgoing.write(content.subarray(0, 1));
    outgoing.end(content);
  };

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    puts: () => requests.filter(({ put }) => put > 0).map(({ url }) => keyOf(url)),
    fail: (fault) => {
      faultOf = fault;
    },
    dropConnections: () => server.closeAllConnections(),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** `/bucket/videos/x/seg.ts?query` → `videos/x/seg.ts`. */
function keyOf(url: string): string {
  return (url.split('?')[0] ?? '').split('/').slice(2).join('/');
}

function isObjectPut(method: string, url: string): boolean {
  return method === 'PUT' && !url.includes('.movie-ingest-probe') && keyOf(url) !== '';
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function refuse(outgoing: ServerResponse, { status, code }: Extract<ProxyFault, object>): void {
  outgoing.writeHead(status, { 'content-type': 'application/xml' });
  outgoing.end(`<Error><Code>${code}</Code><Message>a fault on command</Message></Error>`);
}
