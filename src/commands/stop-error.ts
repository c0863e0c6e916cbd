import { type ExitName, IngestError } from '../errors.ts';
import { shellQuote } from '../lib/shell-quote.ts';

/** Longer command lines (a pattern that the shell spelled out) are not repeated. */
const LONGEST_COMMAND = 1_000;

/** Why a run ended that was asked to: with the command that goes on. `words` are those it was given. */
export function stopError(by: ExitName, words: readonly string[]): IngestError {
  const command = shellQuote(['movie-ingest', ...words]);
  return new IngestError(by, {
    what: 'stopped',
    fix: `Go on with: ${command.length > LONGEST_COMMAND ? 'the same command' : command}`,
  });
}

/** The same for a run of `add`, with what is kept. Answers with other reasons as they are. */
export function stoppedAdd(
  { reason }: AbortSignal,
  films: Readonly<{ in: number; of: number }>,
): unknown {
  if (!(reason instanceof IngestError)) return reason;
  const finished = films.of === 1 ? '' : `${films.in} of ${films.of} films are in. `;
  return new IngestError(reason.exit, {
    what: reason.message,
    why: `${finished}What viewers see is as it was: a film is published whole or not at all. Segments that are whole are kept: they are not encoded again.`,
    ...(reason.fix === undefined ? {} : { fix: reason.fix }),
    cause: reason,
  });
}
