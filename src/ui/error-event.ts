import { exitCode, IngestError } from '../errors.ts';
import { noRoom } from '../lib/no-room.ts';
import type { EventOf } from '../model/event.ts';

export type ErrorContext = Readonly<{
  /** The film it is about. */
  file?: string | undefined;
  /** Adds the stack. */
  verbose: boolean;
}>;

/**
 * A thrown thing as an event. An IngestError says itself what happened, a full disk is known wherever
 * it shows; anything else is a fault of ours, is called so, and says how to report it. Texts of drivers and programs are not in our hand:
 * whoever prints the event takes the secrets out of it (lib/redact.ts).
 */
export function errorEvent(thrown: unknown, { file, verbose }: ErrorContext): EventOf<'error'> {
  const event = knownFailure(thrown) ?? ourFault(thrown);
  const stack = verbose ? stackOf(thrown) : undefined;
  return {
    type: 'error',
    ...(file === undefined ? {} : { file }),
    ...event,
    ...(stack === undefined ? {} : { stack }),
  };
}

type Failure = Omit<EventOf<'error'>, 'type' | 'file' | 'stack'>;

function knownFailure(error: unknown): Failure | undefined {
  if (!(error instanceof IngestError)) return failureOfSystem(error);
  return {
    exit: exitCode(error.exit),
    code: error.exit,
    message: error.message,
    ...(error.why === undefined ? {} : { cause: error.why }),
    ...(error.fix === undefined ? {} : { fix: error.fix }),
  };
}

/** What can come up wherever a file is opened. */
function failureOfSystem(error: unknown): Failure | undefined {
  const full = noRoom(error);
  if (full === undefined) return undefined;
  return {
    exit: exitCode('space'),
    code: 'space',
    message: error instanceof Error ? error.message : full.code,
    cause: full.why,
    fix: `${full.fix}, then run the same command again.`,
  };
}

function ourFault(thrown: unknown): Failure {
  return {
    exit: exitCode('bug'),
    code: 'bug',
    message: 'a fault in movie-ingest itself',
    cause: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown),
    fix: 'Report it, with what the same command prints with --verbose and what doctor says.',
  };
}

/** With the stacks of what lies behind it. */
function stackOf(thrown: unknown): string | undefined {
  const stacks: string[] = [];
  let error = thrown;
  while (error instanceof Error && stacks.length < 5) {
    stacks.push(error.stack ?? String(error));
    error = error.cause;
  }
  return stacks.length === 0 ? undefined : stacks.join('\ncaused by ');
}
