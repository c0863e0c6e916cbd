import { runCli } from './cli.ts';
import { Session } from './commands/session.ts';
import { exitCode, IngestError } from './errors.ts';

type Stop = 'interrupted' | 'terminated';

/**
 * One run, from argv to exit code. Everything that is thrown ends here and only here, and signals are
 * caught only here: the first SIGINT or SIGTERM stops the work cleanly, the second at once.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const abort = new AbortController();
  let stoppedBy: Stop | undefined;
  const stop = (by: Stop) => () => {
    if (stoppedBy !== undefined) process.exit(exitCode(by));
    stoppedBy = by;
    abort.abort(
      new IngestError(by, {
        what: 'stopped',
        fix: 'The same command goes on with what is left to do.',
      }),
    );
  };
  const onInterrupt = stop('interrupted');
  const onTerminate = stop('terminated');
  const session = new Session({
    signal: abort.signal,
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    cwd: currentFolder(),
  });
  const onStatus = () => session.status();
  // `on`, not `once`: execa's exit hook raises the signal again when it is the only listener left.
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate).on('SIGUSR1', onStatus);
  try {
    return exitCode(await runCli(argv, session));
  } catch (error) {
    // Whatever broke because of the stop is not news.
    return await session.fail(stoppedBy === undefined ? error : abort.signal.reason);
  } finally {
    session.close();
    process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate).off('SIGUSR1', onStatus);
  }
}

/** A shell may stand in a folder that is gone: then relative paths lead nowhere, and say so. */
function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}
