import { setTimeout as delay } from 'node:timers/promises';
import { isTransient } from './mongo-failure.ts';

export type RetryOptions = Readonly<{
  /** Waited before the second try, the third, …: one more try than there are delays. */
  delaysMs: readonly number[];
  /** No try begins later than this after the first. */
  limitMs?: number;
  signal?: AbortSignal | undefined;
}>;

/**
 * Runs `attempt` until it succeeds, fails for good or the delays are used up; then throws what it
 * threw last. `attempt` must bear being repeated after a write that timed out but happened.
 */
export async function retryTransient<T>(
  attempt: () => Promise<T>,
  { delaysMs, limitMs = Number.POSITIVE_INFINITY, signal }: RetryOptions,
): Promise<T> {
  const startedAt = performance.now();
  for (const delayMs of delaysMs) {
    signal?.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (!isTransient(error)) throw error;
      if (performance.now() - startedAt + delayMs > limitMs) throw error;
    }
    await delay(delayMs, undefined, signal === undefined ? {} : { signal });
  }
  signal?.throwIfAborted();
  return attempt();
}
