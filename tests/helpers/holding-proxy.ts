import { once } from 'node:events';
import { createServer, request as forward, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { deferred } from '../unit/store/stand-in-store.ts';

export type HoldingProxy = Readonly<{
  endpoint: string;
  /** Answers once such a request is there, whole; the server has not seen it, or only its client not the answer. */
  held: Promise<void>;
  /** Lets it, and all that come after, through. */
  release(): void;
  /** Answers once what was held has been answered to. */
  settled: Promise<number>;
  stop(): Promise<void>;
}>;

export type Holding = Readonly<{
  /** `PUT /bucket/videos/x/master.m3u8` */
  which: (line: string) => boolean;
  /** Hold the request, or its answer. */
  what: 'request' | 'answer';
}>;

/** A way to a real S3 server on which the first request of a kind stops at an exact point. */
export async function startHoldingProxy(
  target: string,
  { which, what }: Holding,
): Promise<HoldingProxy> {
  const { hostname, port } = new URL(target);
  const held = deferred<void>();
  const released = deferred<void>();
  const settled = deferred<number>();
  let isHolding = true;

  const server = createServer(async (incoming, outgoing: ServerResponse) => {
    const { method = '', url = '', headers } = incoming;
    const body = await buffer(incoming).catch(() => undefined);
    if (body === undefined) return;
    const isIt = isHolding && which(`${method} ${url}`);
    if (isIt) isHolding = false;
    const wait = async () => {
      held.resolve();
      await released.promise;
    };
    if (isIt && what === 'request') await wait();
    const passed = forward({ hostname, port, method, path: url, headers });
    passed.on('error', () => outgoing.destroy());
    passed.on('response', async (answer) => {
      if (isIt && what === 'answer') await wait();
      if (isIt) settled.resolve(answer.statusCode ?? 0);
      outgoing.on('error', () => {});
      outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(outgoing);
    });
    passed.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    held: held.promise,
    release: released.resolve,
    settled: settled.promise,
    stop: async () => {
      released.resolve();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
