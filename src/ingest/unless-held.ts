import type { Lock } from '../model/lock.ts';
import type { IngestContext } from './context.ts';

/**
 * Does `work` on what belongs to a film as the only one that is at it; undefined, and nothing is done,
 * while another is. Throws the reason of a stop, and what `work` throws.
 */
export async function unlessHeld<Result>(
  slug: string,
  { locks, signal }: Pick<IngestContext, 'locks' | 'signal'>,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  let lock: Lock;
  try {
    lock = await locks.acquire({ name: slug, what: `clearing up after ${slug}`, signal });
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
  try {
    return await work();
  } finally {
    await lock.release();
  }
}
