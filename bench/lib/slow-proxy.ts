import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export type SlowProxyOptions = Readonly<{
  target: string;
  /** Before each answer. */
  latencyMs?: number;
  /** Of all uploads together; unlimited when left out. */
  bytesPerSecond?: number;
}>;

export type SlowProxy = Readonly<{
  endpoint: string;
  puts: () => number;
  stop: () => Promise<void>;
}>;

/**
 * A line to a real S3 server with the latency and the uplink of a real one. The limit holds back
 * reading, so that a sender meets the back pressure that a slow line gives. Loopback only.
 */
export async function startSlowProxy(options: SlowProxyOptions): Promise<SlowProxy> {
  const { hostname, port } = new URL(options.target);
  const uplink = new Uplink(options.bytesPerSecond);
  let puts = 0;
  const server = createServer({ highWaterMark: 16_384 }, async (incoming, outgoing) => {
    if (incoming.method === 'PUT') puts += 1;
    const { method, url, headers } = incoming;
    const passed = forward({ hostname, port, method, path: url, headers }, (answer) => {
      void delay(options.latencyMs ?? 0).then(() => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
    });
    passed.on('error', () => outgoing.destroy());
    incoming.on('error', () => passed.destroy());
    try {
      for await (const chunk of incoming) {
        await uplink.pass((chunk as Buffer).length);
        if (!passed.write(chunk)) await once(passed, 'drain');
      }
      passed.end();
    } catch {
      passed.destroy();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    puts: () => puts,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** One line for everybody: each chunk waits for its turn on it. */
class Uplink {
  readonly #bytesPerSecond: number | undefined;
  #freeAtMs = performance.now();

  constructor(bytesPerSecond: number | undefined) {
    this.#bytesPerSecond = bytesPerSecond;
  }

  async pass(bytes: number): Promise<void> {
    if (this.#bytesPerSecond === undefined) return;
    const now = performance.now();
    this.#freeAtMs = Math.max(now, this.#freeAtMs) + (bytes / this.#bytesPerSecond) * 1000;
    const waitMs = this.#freeAtMs - now;
    if (waitMs > 5) await delay(waitMs);
  }
}
