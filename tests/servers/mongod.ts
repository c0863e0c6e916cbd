import { setTimeout as delay } from 'node:timers/promises';
import { type Db, MongoClient } from 'mongodb';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { requireProgram } from './locate.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

export type MongodOptions = Readonly<{
  /** With users; `uri` then logs in as a root user with an awkward password. */
  auth?: boolean;
  /** As a replica set of one, for transactions and change streams. */
  replicaSet?: boolean;
  /** PEM with key and certificate; plain connections are then refused. */
  tlsKeyAndCert?: string;
  port?: number;
  /** Data of an earlier server. A new temp folder otherwise, removed when this process ends. */
  dir?: string;
}>;

const ROOT = { name: 'root', password: 'p@ss/w:1' };

export type Mongod = ServerProcess & Readonly<{ uri: string; dir: string }>;

/** A real mongod on 127.0.0.1 (test-servers.md §2). Rejects when none can be found or got. */
export async function startMongod(options: MongodOptions = {}): Promise<Mongod> {
  const program = await requireProgram('mongod');
  const dir = options.dir ?? makeTempDir('mongod');
  const server = await startServerProcess({
    name: 'mongod',
    program,
    port: options.port,
    args: (port) => mongodArgs(port, dir, options),
    isReady: async ({ log }) => log.includes('Waiting for connections'),
  });
  const plainUri = `mongodb://127.0.0.1:${server.port}/?directConnection=true`;
  let uri = plainUri;
  try {
    if (options.replicaSet === true) await initiate(plainUri, server.port);
    if (options.auth === true) uri = await createRootUser(plainUri, server.port);
  } catch (error) {
    await server.kill();
    throw error;
  }
  return Object.assign(server, { uri, dir }); // not a spread: `pid` is a getter
}

function mongodArgs(port: number, dir: string, options: MongodOptions): readonly string[] {
  return [
    ...['--dbpath', dir, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket'],
    ...['--wiredTigerCacheSizeGB', '0.25'],
    ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
    ...(options.replicaSet === true ? ['--replSet', 'rs0', '--oplogSize', '16'] : []),
    ...(options.auth === true ? ['--auth'] : []),
    ...(options.tlsKeyAndCert === undefined
      ? []
      : ['--tlsMode', 'requireTLS', '--tlsCertificateKeyFile', options.tlsKeyAndCert]),
  ];
}

// The answer counts only when the server is primary: writes before that are refused.
async function initiate(uri: string, port: number): Promise<void> {
  await withAdmin(uri, async (admin) => {
    const members = [{ _id: 0, host: `127.0.0.1:${port}` }];
    await admin.command({ replSetInitiate: { _id: 'rs0', members } });
    const deadline = Date.now() + 20_000;
    while ((await admin.command({ hello: 1 }))['isWritablePrimary'] !== true) {
      if (Date.now() > deadline) throw new Error('the replica set has no primary after 20 s');
      await delay(20);
    }
  });
}

/** Through the localhost exception: the first user may be made without a login. */
async function createRootUser(uri: string, port: number): Promise<string> {
  await withAdmin(uri, async (admin) => {
    await admin.command({ createUser: ROOT.name, pwd: ROOT.password, roles: ['root'] });
  });
  const login = `${ROOT.name}:${encodeURIComponent(ROOT.password)}`;
  return `mongodb://${login}@127.0.0.1:${port}/?directConnection=true&authSource=admin`;
}

async function withAdmin(uri: string, use: (admin: Db) => Promise<void>): Promise<void> {
  const client = await MongoClient.connect(uri, { serverSelectionTimeoutMS: 20_000 });
  try {
    await use(client.db('admin'));
  } finally {
    await client.close();
  }
}
