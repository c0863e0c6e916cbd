import { IngestError } from '../errors.ts';
import { noRoom } from '../lib/no-room.ts';

/**
 * What becomes of a job whose film was not made. `elsewhere`: this machine cannot, another may; the film
 * is not blamed. `again`: what failed may pass. `never`: it would fail everywhere.
 */
export type Verdict = 'elsewhere' | 'again' | 'never';

/** Judged by what the error says itself. */
export function judgeFailure(error: unknown): Verdict {
  if (!(error instanceof IngestError)) return noRoom(error) === undefined ? 'again' : 'elsewhere';
  if (error.isOfThisMachine) return 'elsewhere';
  switch (error.exit) {
    case 'space':
    case 'credentials':
    case 'locked':
      return 'elsewhere';
    case 'film':
    case 'usage':
      return 'never';
    default:
      return 'again';
  }
}

/** What it needs is no question of seconds: not to be tried here again at once. */
export function lacksRoom(error: unknown): boolean {
  return error instanceof IngestError ? error.exit === 'space' : noRoom(error) !== undefined;
}

/** The next film would meet it as well: the worker takes none until it has proved itself again. */
export function needsProof(error: unknown): boolean {
  return (
    error instanceof IngestError &&
    ['credentials', 'store', 'catalog'].includes(error.exit) &&
    !error.isOfOneFilm
  );
}
