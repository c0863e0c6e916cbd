import { once } from 'node:events';
import { connect } from 'node:net';
import { requireProgram } from './locate.ts';
import { freePort, type ServerProcess, startServerProcess } from './server-process.ts';

export type Toxic = Readonly<{
  type: 'latency' | 'bandwidth' | 'timeout' | 'reset_peer' | 'limit_data' | 'slicer' | 'slow_close';
  /** Towards the server, or back to the client. */
  stream: 'upstream' | 'downstream';
  attributes: Readonly<Record<string, number>>;
}>;

export type Proxy = Readonly<{
  /** `127.0.0.1:PORT`; give this to the client, signed Host header included. */
  address: string;
  port: number;
  /** Acts on open connections too. Answers with what takes it away again. */
  add(toxic: Toxic): Promise<() => Promise<void>>;
  /** The network is gone (ECONNREFUSED) until `enable`. */
  disable(): Promise<void>;
  enable(): Promise<void>;
}>;

export type Toxiproxy = ServerProcess &
  Readonly<{ proxyTo(upstream: Readonly<{ port: number }>): Promise<Proxy> }>;

/** A real faulty network in front of a server on this machine (test-servers.md §7). */
export async function startToxiproxy(): Promise<Toxiproxy> {
  const server = await startServerProcess({
    name: 'toxiproxy',
    program: await requireProgram('toxiproxy'),
    args: (port) => ['-host', '127.0.0.1', '-port', String(port)],
    isReady: ({ port }) => accepts(port),
  });
  const api = `http://127.0.0.1:${server.port}`;
  return Object.assign(server, {
    proxyTo: async (upstream: Readonly<{ port: number }>) => {
      const port = await freePort();
      const name = `to-${upstream.port}-${port}`;
      const proxyUrl = `${api}/proxies/${name}`;
      const address = `127.0.0.1:${port}`;
      const target = `127.0.0.1:${upstream.port}`;
      await post(`${api}/proxies`, { name, listen: address, upstream: target, enabled: true });
      return {
        address,
        port,
        add: async (toxic: Toxic) => {
          const toxicName = `${toxic.type}-${toxic.stream}`;
          await post(`${proxyUrl}/toxics`, { ...toxic, name: toxicName, toxicity: 1 });
          return async () => void (await call('DELETE', `${proxyUrl}/toxics/${toxicName}`));
        },
        disable: () => post(proxyUrl, { enabled: false }),
        enable: () => post(proxyUrl, { enabled: true }),
      };
    },
  });
}

async function post(url: string, body: unknown): Promise<void> {
  await call('POST', url, JSON.stringify(body));
}

async function call(method: string, url: string, body?: string): Promise<void> {
  const response = await fetch(url, { method, ...(body === undefined ? {} : { body }) });
  if (!response.ok) throw new Error(`toxiproxy: ${response.status} ${await response.text()}`);
  await response.arrayBuffer();
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect').finally(() => socket.destroy());
  return true;
}
