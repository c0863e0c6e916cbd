import { constants } from 'node:os';
import { IngestError } from '../../errors.ts';
import { cleanText } from '../../lib/clean-text.ts';
import { type NoRoom, noRoomIn, reason } from '../../lib/no-room.ts';
import { type EncoderName, isVideoToolbox } from '../../model/toolchain.ts';
import { explainExit, isBusy } from '../explain-exit.ts';
import type { RunResult } from '../run.ts';
import { EncodeError } from './encode-error.ts';

/** What was said last, of lines that may be endless and may hold anything. */
const LAST_LINES = 20;

/**
 * Throws unless ffmpeg ended an encode by itself and with 0: the signal's reason after a stop, `space`
 * when there was no room for what it makes, else an `EncodeError` with its last lines, made harmless.
 */
export function demandSuccess(
  end: RunResult,
  { signal, encoder }: Readonly<{ signal: AbortSignal; encoder?: EncoderName }>,
): void {
  signal.throwIfAborted();
  if (end.outcome === 'exited' && end.exitCode === 0) return;
  const full = noRoomFor(end);
  if (full !== undefined) {
    throw new IngestError('space', {
      what: `ffmpeg cannot write any more (${full.code})`,
      why: full.why,
      fix: `${full.fix}, or use another folder: --work-dir DIR. Then run the same command again.`,
    });
  }
  throw new EncodeError({
    mayPass: diedOfSignal(end) || isBusy(end),
    what: `ffmpeg ${describeEnd(end)}`,
    why: lastLinesOf(end),
    fix:
      encoder !== undefined && isVideoToolbox(encoder)
        ? 'Nothing was published. --encoder auto goes on with the software encoder where VideoToolbox fails.'
        : 'Nothing was published. The ffmpeg command line is shown by: movie-ingest plan FILM',
  });
}

/** What a program said at its end, as a sentence or as lines below one. */
export function lastLinesOf({ stderrTail }: RunResult): string {
  const lines = stderrTail.slice(-LAST_LINES).map((line) => cleanText(line, { maxLength: 300 }));
  return lines.length === 0 ? 'It said nothing.' : `Its last lines:\n${lines.join('\n')}`;
}

export const NO_SPACE = {
  what: 'the disk of the work folder is full',
  why: 'ffmpeg could not write a whole segment.',
  fix: 'Make space, or use another folder: --work-dir DIR. Then run the same command again.',
};

/** Of a limit on the size of files it hears by a signal, and dies. */
function noRoomFor({ stderrTail, killedBy, exitCode = 0 }: RunResult): NoRoom | undefined {
  const isTooLarge = killedBy === 'SIGXFSZ' || exitCode === 128 + constants.signals.SIGXFSZ;
  return isTooLarge ? reason('EFBIG') : noRoomIn(stderrTail);
}

/** By itself, or as the shell of a wrapper tells it: 137 is SIGKILL, 139 a crash. */
function diedOfSignal({ outcome, exitCode = 0 }: RunResult): boolean {
  return outcome === 'killed' || (exitCode > 128 && exitCode < 128 + 32);
}

function describeEnd(end: RunResult): string {
  if (end.outcome === 'killed') return `was killed (${end.killedBy ?? 'by a signal'})`;
  if (end.outcome !== 'exited') return `could not be run (${end.outcome})`;
  const meaning = explainExit(end);
  const code = `stopped with code ${end.exitCode}`;
  return meaning === undefined ? code : `${code}: ${meaning}`;
}
