import { constants } from 'node:os';
import { runCli } from './cli.ts';
import { Session } from './commands/session.ts';
import { stopError } from './commands/stop-error.ts';
import { type ExitName, exitCode, IngestError } from './errors.ts';
import { haltAllGroups, killAllGroups, resumeAllGroups } from './ffmpeg/process-groups.ts';

/** Signals that end a run, and how it ends then. */
const STOPS = {
  SIGINT: 'interrupted',
  SIGTERM: 'terminated',
  SIGHUP: 'hungUp',
} as const satisfies Partial<Record<NodeJS.Signals, ExitName>>;

/** Ask how far it is. Ctrl-T sends SIGINFO, which macOS has and Linux has not. */
const STATUS_SIGNALS = ['SIGUSR1', 'SIGINFO'].filter(
  (name) => name in constants.signals,
) as NodeJS.Signals[];

/**
 * One run, from argv to exit code. Everything that is thrown ends here and only here, and signals are
 * caught only here: the first SIGINT, SIGTERM or SIGHUP stops the work cleanly, the second at once.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const abort = new AbortController();
  const session = new Session({
    signal: abort.signal,
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    cwd: currentFolder(),
  });
  const release = listen({
    onStop: (by) => {
      if (abort.signal.aborted) endNow(by, session);
      abort.abort(stopError(by, argv.slice(2)));
    },
    onStatus: () => session.status(),
  });
  try {
    const exit = await runCli(argv, session);
    if (exit === 'ok') await session.demandDelivered();
    return exitCode(exit);
  } catch (error) {
    return await session.fail(abort.signal.aborted ? whyStopped(error, abort.signal) : error);
  } finally {
    session.close();
    release();
  }
}

/** Whatever broke because of the stop is not news; only a fuller account of the stop itself is. */
function whyStopped(error: unknown, { reason }: AbortSignal): unknown {
  return error instanceof IngestError && error.exit === reason.exit ? error : reason;
}

/** Whoever asks twice waits for nothing, but gets the terminal back, and no ffmpeg is left running. */
function endNow(by: ExitName, session: Session): never {
  killAllGroups();
  session.close();
  process.exit(exitCode(by));
}

type Listeners = Readonly<{ onStop: (by: ExitName) => void; onStatus: () => void }>;

/** Answers with what takes the listeners off again. */
function listen({ onStop, onStatus }: Listeners): () => void {
  const handlers = [
    ...Object.entries(STOPS).map(([name, by]) => [name, () => onStop(by)] as const),
    ...STATUS_SIGNALS.map((name) => [name, onStatus] as const),
    // ffmpeg has a group of its own, which Ctrl-Z in a terminal does not reach: it rests with us.
    ['SIGTSTP', () => rest()] as const,
    ['SIGCONT', () => resumeAllGroups()] as const,
  ];
  for (const [name, handle] of handlers) process.on(name, handle);
  return () => {
    for (const [name, handle] of handlers) process.off(name, handle);
  };
}

function rest(): void {
  haltAllGroups();
  process.kill(process.pid, 'SIGSTOP');
}

/** A shell may stand in a folder that is gone: then relative paths lead nowhere, and say so. */
function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}
