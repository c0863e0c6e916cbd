import { delimiter, dirname, resolve } from 'node:path';
import { execa } from 'execa';
import { makeTempDir } from './temp-dir.ts';

const BIN = resolve(import.meta.dirname, '../../bin/movie-ingest.cjs');

/** The words that start the built command. */
export const CLI: readonly string[] = [process.execPath, BIN];

export type CliOptions = Readonly<{
  /** The whole environment; PATH, HOME and TMPDIR are given unless named here. */
  env?: Readonly<Record<string, string>>;
  /** Default: a new empty folder. */
  cwd?: string;
  /** What comes on stdin, which is closed otherwise. */
  input?: string;
  signal?: AbortSignal;
}>;

export type CliResult = Readonly<{
  /** Undefined when a signal ended it. */
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}>;

/**
 * Runs the built command in a process of its own, in an environment of its own: nothing of the
 * developer's settings, R2 keys included, is seen. `dist` is brought up to date by the global set-up.
 */
export async function runCli(
  args: readonly string[],
  options: CliOptions = {},
): Promise<CliResult> {
  const result = await startCli(args, options);
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}

/** The same, but answers at once with the running process, for tests that stop it. Never rejects. */
export function startCli(args: readonly string[], options: CliOptions = {}) {
  return execa(process.execPath, [BIN, ...args], {
    env: cleanEnv(options.env),
    extendEnv: false,
    cwd: options.cwd ?? makeTempDir('cwd'),
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    reject: false,
    stripFinalNewline: false,
  });
}

/**
 * An environment that holds what the command needs to run, and `env`: nothing of the developer's.
 * Nothing is copied: the films that tests make would fit, and tests are about encodes unless they say
 * `MOVIE_INGEST_COPY: 'auto'`.
 */
export function cleanEnv(env: CliOptions['env']): Record<string, string> {
  const kept = ['TMPDIR', 'MOVIE_INGEST_FFMPEG', 'MOVIE_INGEST_FFPROBE'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return {
    PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
    HOME: makeTempDir('home'),
    MOVIE_INGEST_COPY: 'never',
    ...Object.fromEntries(kept),
    ...env,
  };
}

/**
 * Calls `main` of src/main.ts in this process, in the same clean environment: fast, and from source.
 * For texts and exit codes; signals, real streams and stdin need `runCli`. Not twice at once: the
 * environment and the streams are the process's own.
 */
export async function runMain(
  args: readonly string[],
  options: Pick<CliOptions, 'env' | 'cwd'> = {},
): Promise<CliResult> {
  const { main } = await import('../../src/main.ts');
  const before = { env: process.env, cwd: process.cwd() };
  process.env = cleanEnv(options.env);
  process.chdir(options.cwd ?? makeTempDir('cwd'));
  const stdout = catchWrites(process.stdout);
  const stderr = catchWrites(process.stderr);
  try {
    const exitCode = await main([process.execPath, BIN, ...args]);
    return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    stdout.restore();
    stderr.restore();
    process.chdir(before.cwd);
    process.env = before.env;
  }
}

function catchWrites(stream: NodeJS.WriteStream) {
  const original = stream.write;
  const chunks: string[] = [];
  stream.write = (chunk: Uint8Array | string, ...rest: unknown[]) => {
    chunks.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
    const done = rest.find((it) => typeof it === 'function');
    if (done !== undefined) (done as () => void)();
    return true;
  };
  return {
    text: () => chunks.join(''),
    restore: () => {
      stream.write = original;
    },
  };
}
