import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { makeFastTempDir } from '../helpers/temp-dir.ts';
import { requireProgram } from './locate.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

export type VersitygwOptions = Readonly<{
  port?: number;
  /** Data of an earlier server. A new temp folder otherwise, removed when this process ends. */
  dir?: string;
  /** Then `BUCKET.<domain>` is answered too, on the same port. */
  virtualDomain?: string;
  /** PEM files; `endpoint` is then https. */
  tls?: Readonly<{ cert: string; key: string }>;
}>;

export type S3Access = Readonly<{
  endpoint: string;
  /** `auto`, as R2 has it; another one is refused. */
  region: 'auto';
  accessKeyId: string;
  secretAccessKey: string;
}>;

export type Versitygw = ServerProcess &
  S3Access &
  Readonly<{
    dir: string;
    /** Buckets are folders of this one: whoever wants to see bytes as stored looks here. */
    dataDir: string;
    /** A user who may do what bucket policies say; `userplus` may make buckets. */
    createUser(user: NewUser): Promise<Pick<S3Access, 'accessKeyId' | 'secretAccessKey'>>;
  }>;

export type NewUser = Readonly<{ accessKeyId: string; role?: 'user' | 'userplus' | 'admin' }>;

const ROOT = { accessKeyId: 'admin-key-01', secretAccessKey: 'admin-secret-01' };

/** A real S3 server on 127.0.0.1 (test-servers.md §3). Rejects when none can be found or got. */
export async function startVersitygw(options: VersitygwOptions = {}): Promise<Versitygw> {
  const program = await requireProgram('versitygw');
  const dir = options.dir ?? makeFastTempDir('s3');
  const dataDir = join(dir, 'data');
  for (const folder of ['iam', 'meta', 'data']) mkdirSync(join(dir, folder), { recursive: true });
  const scheme = options.tls === undefined ? 'http' : 'https';
  const server = await startServerProcess({
    name: 'versitygw',
    program,
    port: options.port,
    args: (port) => versitygwArgs(port, dir, options),
    env: { ROOT_ACCESS_KEY_ID: ROOT.accessKeyId, ROOT_SECRET_ACCESS_KEY: ROOT.secretAccessKey },
    isReady: ({ port }) => answersHttp(`${scheme}://127.0.0.1:${port}/`),
  });
  const endpoint = `${scheme}://127.0.0.1:${server.port}`;
  return Object.assign(server, {
    ...ROOT,
    endpoint,
    region: 'auto' as const,
    dir,
    dataDir,
    createUser: async ({ accessKeyId, role = 'user' }: NewUser) => {
      const secretAccessKey = `${accessKeyId}-secret`;
      await execa(program, [
        ...['admin', '--access', ROOT.accessKeyId, '--secret', ROOT.secretAccessKey],
        ...['--region', 'auto', '--endpoint-url', endpoint, 'create-user'],
        ...['--access', accessKeyId, '--secret', secretAccessKey, '--role', role],
      ]);
      return { accessKeyId, secretAccessKey };
    },
  });
}

function versitygwArgs(port: number, dir: string, options: VersitygwOptions): readonly string[] {
  return [
    ...['--port', `127.0.0.1:${port}`, '--region', 'auto', '--quiet'],
    '--keep-alive', // off by default: 400 PUTs then open 400 connections
    ...['--iam-dir', join(dir, 'iam')], // without it an unknown key is a 404
    ...(options.virtualDomain === undefined ? [] : ['--virtual-domain', options.virtualDomain]),
    ...(options.tls === undefined ? [] : ['--cert', options.tls.cert, '--key', options.tls.key]),
    'posix',
    ...['--sidecar', join(dir, 'meta')], // metadata in files: tmpfs has no extended attributes
    join(dir, 'data'),
  ];
}

/** Any answer is an answer; a certificate that fetch refuses shows that TLS is up. */
async function answersHttp(url: string): Promise<boolean> {
  try {
    await fetch(url, { signal: AbortSignal.timeout(3_000) });
    return true;
  } catch (error) {
    const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException) : undefined;
    return /CERT|SELF_SIGNED/.test(cause?.code ?? '');
  }
}
