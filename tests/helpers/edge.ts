import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Miniflare, type WorkerOptions } from 'miniflare';

const ROOT = resolve(import.meta.dirname, '../..');

export type EdgeVariables = Readonly<{
  SIGNING_KEYS?: string;
  SESSION_GRACE?: string | number;
  ALLOWED_ORIGINS?: string;
  ALLOWED_REFERERS?: string;
}>;

export type Edge = Readonly<{
  /** The Worker of this name, without a slash at the end: `http://127.0.0.1:40123`. */
  url(name: string): string;
  /** For `movie-ingest`: the bucket behind all of them, with the Worker `edge` as its public address. */
  env: Readonly<Record<string, string>>;
  /** For Workers with `hasClock`: what this one takes for now, from now on. */
  setClockAhead(name: string, seconds: number): Promise<void>;
  /** Process of workerd. */
  pid: number;
  close(): Promise<void>;
}>;

export type EdgeOptions = Readonly<{
  /** The Worker's source. Default: `edge/worker.js`. */
  worker?: string;
  /** The Worker's clock can be moved. */
  hasClock?: boolean;
}>;

/**
 * Cloudflare on this machine (workerd): `edge/worker.js`, as often as there are sets of variables, in
 * front of one private R2 bucket. Give one of them the name `edge`.
 */
export async function startEdge(
  workers: Readonly<Record<string, EdgeVariables>>,
  { worker = read('edge/worker.js'), hasClock = false }: EdgeOptions = {},
): Promise<Edge> {
  const clock = hasClock
    ? [['moved-clock.js', read('tests/fixtures/workers/moved-clock.js')] as const]
    : [];
  const edge = [...clock, ['worker.js', worker] as const];
  const front = [['s3-front.js', read('tests/fixtures/workers/s3-front.js')] as const];
  const options = (name: string, modules: Modules, bindings: EdgeVariables): WorkerOptions => ({
    name,
    // The first is the one that is started.
    modules: modules.map(([path, contents]) => ({ type: 'ESModule', path, contents })),
    bindings: { ...bindings },
    r2Buckets: { MEDIA: 'media' },
    compatibilityDate: '2026-04-01',
    unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
  });
  const names = Object.keys(workers);
  const before = childrenOf(process.pid);
  const miniflare = new Miniflare({
    host: '127.0.0.1',
    port: 0,
    workers: [
      options('s3', front, {}),
      ...names.map((name) => options(name, edge, workers[name] ?? {})),
    ],
  });
  await miniflare.ready;
  const pid = childrenOf(process.pid).find((child) => !before.includes(child)) ?? 0;
  const urls = new Map<string, string>();
  for (const name of ['s3', ...names]) {
    const url = await miniflare.unsafeGetDirectURL(name);
    urls.set(name, url.href.replace(/\/$/, ''));
  }
  const url = (name: string) => urls.get(name) ?? '';
  return {
    url,
    env: {
      S3_ENDPOINT: url('s3'),
      S3_REGION: 'auto',
      S3_BUCKET: 'media',
      S3_ACCESS_KEY_ID: 'of-the-simulator',
      S3_SECRET_ACCESS_KEY: 'of-the-simulator',
      S3_PUBLIC_URL: url('edge'),
    },
    setClockAhead: async (name, seconds) => {
      await fetch(`${url(name)}/.clock`, { method: 'POST', body: String(seconds) });
    },
    pid,
    close: () => miniflare.dispose(),
  };
}

/** Name and source of each. */
type Modules = readonly (readonly [string, string])[];

const read = (path: string) => readFileSync(resolve(ROOT, path), 'utf8');

/** Linux's and macOS's `ps` agree on this much. */
function childrenOf(pid: number): readonly number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,command='], { encoding: 'utf8' });
  return table
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((row) => Number(row?.[2]) === pid && /workerd/.test(row?.[3] ?? ''))
    .map((row) => Number(row?.[1]));
}
