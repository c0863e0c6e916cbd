import type { LibraryContext } from './context.ts';

export type FilmLockOptions = Readonly<{
  slug: string;
  /** For the others: `removing phim-01`. */
  what: string;
  waitMs?: number;
}>;

/** Runs `work` as the only one that is at this film. Throws `locked` while another is. */
export async function withFilmLock<Result>(
  { slug, what, waitMs = 0 }: FilmLockOptions,
  { locks, signal }: Pick<LibraryContext, 'locks' | 'signal'>,
  work: () => Promise<Result>,
): Promise<Result> {
  const lock = await locks.acquire({ name: slug, what, waitMs, signal });
  try {
    return await work();
  } finally {
    await lock.release();
  }
}
