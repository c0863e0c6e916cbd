import { IngestError } from '../errors.ts';
import type { Lock, LockRequest } from '../model/lock.ts';
import type { LibraryContext } from './context.ts';
import { fenced } from './fenced.ts';

export type FilmLockOptions<Result> = Readonly<{
  slug: string;
  /** For the others: `removing phim-01`. */
  what: string;
  waitMs?: number;
  /** What to do instead while another run is at it. Without it that throws `locked`. */
  ifBusy?: () => Result;
}>;

/**
 * Runs `work` as the only one that is at this film, with a context that writes nothing once the lock is
 * lost: then throws `locked`, as it does while another run is at the film.
 */
export async function withFilmLock<Result>(
  { slug, what, waitMs = 0, ifBusy }: FilmLockOptions<Result>,
  context: LibraryContext,
  work: (context: LibraryContext) => Promise<Result>,
): Promise<Result> {
  const request = { name: slug, what, waitMs };
  if (ifBusy === undefined) return withLock(request, context, work);
  let isOurs = false;
  try {
    return await withLock(request, context, async (locked) => {
      isOurs = true;
      return work(locked);
    });
  } catch (error) {
    if (!isOurs && error instanceof IngestError && error.exit === 'locked') return ifBusy();
    throw error;
  }
}

/** The same for any lock of the library. */
export async function withLock<Result>(
  request: Omit<LockRequest, 'signal'>,
  context: LibraryContext,
  work: (context: LibraryContext) => Promise<Result>,
): Promise<Result> {
  const lock = await context.locks.acquire({ ...request, signal: context.signal });
  try {
    return await work(fenced(context, lock));
  } catch (error) {
    throw lossOf(lock, context) ?? error;
  } finally {
    await lock.release();
  }
}

/** Whatever broke because of the stop is not news. */
function lossOf({ lost }: Lock, { signal }: LibraryContext): unknown {
  return lost.aborted && !signal.aborted ? lost.reason : undefined;
}
