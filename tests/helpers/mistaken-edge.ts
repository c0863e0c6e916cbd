import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { objectHeaders } from '../../src/plan/keys.ts';

export type EdgeAnswer = {
  status: number;
  headers: Record<string, string | undefined>;
  body: Buffer;
};

export type EdgeRequest = Readonly<{
  key: string;
  headers: IncomingMessage['headers'];
  /** How often this key was asked for, this time included. */
  times: number;
}>;

/** Changes a right answer into the wrong one that is to be played. */
export type Mistake = (answer: EdgeAnswer, request: EdgeRequest) => void;

export type MistakenEdge = Readonly<{
  url: string;
  /** What every request sent, in order. */
  requests: readonly EdgeRequest[];
  play(mistake: Mistake): void;
  stop(): Promise<void>;
}>;

/** A folder of films as Cloudflare's cache would give it, Cache Rule and all; or with one mistake. */
export async function startMistakenEdge(mediaDir: () => string): Promise<MistakenEdge> {
  let mistake: Mistake = () => {};
  const requests: EdgeRequest[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const key = (incoming.url ?? '/').slice(1);
    // As the Worker has it: one copy for all tokens.
    const times = requests.filter((it) => bare(it.key) === bare(key)).length + 1;
    const request = { key, headers: incoming.headers, times };
    requests.push(request);
    const answer = await rightAnswer(mediaDir(), request);
    mistake(answer, request);
    for (const [name, value] of Object.entries(answer.headers)) {
      if (value !== undefined) outgoing.setHeader(name, value);
    }
    outgoing.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    play: (next) => {
      mistake = next;
      requests.length = 0;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function bare(key: string): string {
  return key.replace(/^t\/[^/]+\//, '');
}

async function rightAnswer(dir: string, { key, headers, times }: EdgeRequest): Promise<EdgeAnswer> {
  const body = await readFile(join(dir, bare(key))).catch(() => undefined);
  if (body === undefined) return { status: 404, headers: {}, body: Buffer.from('not found') };
  const { contentType, cacheControl } = objectHeaders(bare(key));
  const range = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '');
  const part = range === null ? body : body.subarray(Number(range[1]), Number(range[2]) + 1);
  return {
    status: range === null ? 200 : 206,
    headers: {
      server: 'cloudflare',
      'content-type': contentType,
      'cache-control': cacheControl,
      'access-control-allow-origin': '*',
      'cf-cache-status': times === 1 ? 'MISS' : 'HIT',
      ...(range === null
        ? {}
        : { 'content-range': `bytes ${range[1]}-${range[2]}/${body.length}` }),
    },
    body: part,
  };
}
