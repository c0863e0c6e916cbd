import { join } from 'node:path';
import { type CliResult, runCli, startCli } from './run-cli.ts';
import { makeTempDir } from './temp-dir.ts';
import { until } from './until.ts';

export type Machine = Readonly<{
  env: Readonly<Record<string, string>>;
  run(args: readonly string[], input?: string): Promise<CliResult>;
  start(args: readonly string[]): Running;
  /** A worker that takes jobs. */
  worker(args?: readonly string[]): Promise<Running>;
}>;

/** A command that runs, and what it has said so far. */
export type Running = Readonly<{
  pid: number;
  said: () => string;
  kill: (signal: NodeJS.Signals) => void;
  ended: Promise<CliResult>;
}>;

/** Settings that several machines share: the library, the queue. */
export type Shared = Readonly<Record<string, string>>;

/**
 * Somebody's machine: state and work folder of its own, so that only what is shared (store, catalogue,
 * queue) tells one of another. Locks of the queue are short.
 */
export function machine(shared: Shared): Machine {
  const home = makeTempDir('machine');
  const env = {
    HOME: home,
    MOVIE_INGEST_STATE_DIR: join(home, 'state'),
    MOVIE_INGEST_WORK_DIR: join(home, 'work'),
    MOVIE_INGEST_QUEUE_LOCK: '3s',
    MOVIE_INGEST_PROGRESS_INTERVAL: '1s',
    ...shared,
  };
  const start = (args: readonly string[]): Running => {
    const child = startCli(args, { env });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
    }
    if (child.pid === undefined) throw new Error('the command did not start');
    running.add(child);
    void child.finally(() => running.delete(child));
    return {
      pid: child.pid,
      said: () => text,
      kill: (signal) => void child.kill(signal),
      ended: child.then(({ exitCode, stdout, stderr }) => ({ exitCode, stdout, stderr })),
    };
  };
  return {
    env,
    run: (args, input) => runCli(args, { env, ...(input === undefined ? {} : { input }) }),
    start,
    worker: async (args = []) => {
      const worker = start(['worker', '--verbose', ...args]);
      await until(() => /takes films/.test(worker.said()));
      return worker;
    },
  };
}

const running = new Set<ReturnType<typeof startCli>>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Ends what a test has left running. */
export async function endMachines(): Promise<void> {
  const children = [...running];
  for (const child of children) {
    child.kill('SIGCONT');
    child.kill('SIGKILL');
  }
  await Promise.all(children);
}

/** The film is at work: its ffmpeg has made something. */
export function encoding(worker: Running): Promise<void> {
  return until(() => /encode +phim-01 \d+%/.test(worker.said()));
}
