import { once } from 'node:events';
import { connect } from 'node:net';
import { makeFastTempDir } from '../helpers/temp-dir.ts';
import { requireProgram } from './locate.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

export type RedisOptions = Readonly<{
  port?: number;
  /** Keeps every write, in `dir`; nothing is kept otherwise. */
  persists?: boolean;
  /** Data of an earlier server. A new temp folder otherwise. */
  dir?: string;
  /** Of the default user. */
  password?: string;
  /** More of `redis-server --name value`. */
  settings?: readonly string[];
}>;

export type RedisServer = ServerProcess & Readonly<{ url: string; dir: string }>;

/** A real Redis on 127.0.0.1 (test-servers.md §6). Rejects when none can be found or got. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const dir = options.dir ?? makeFastTempDir('redis');
  const { persists = false, password } = options;
  const server = await startServerProcess({
    name: 'redis',
    program: await requireProgram('redis'),
    port: options.port,
    args: (port) => [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', ''],
      ...['--appendonly', persists ? 'yes' : 'no', '--maxmemory-policy', 'noeviction'],
      ...(password === undefined ? [] : ['--requirepass', password]),
      ...(options.settings ?? []),
    ],
    isReady: ({ port }) => answers(port),
  });
  const login = password === undefined ? '' : `:${encodeURIComponent(password)}@`;
  return Object.assign(server, { url: `redis://${login}127.0.0.1:${server.port}`, dir });
}

/** `PONG`, or the demand for a password; not `LOADING`. */
async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    return /^(?:\+PONG|-NOAUTH)/.test(chunk.toString());
  } finally {
    socket.destroy();
  }
}
