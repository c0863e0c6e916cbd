/** How long what may last in a queue. */
export type QueueTiming = Readonly<{
  /** A worker that was not heard of for so long has lost its job. Renewed at half of it. */
  lockMs: number;
  /** How often workers look for jobs whose worker is gone. */
  stalledMs: number;
  /** How often a worker asks what became of its job: cancelled, taken, gone. */
  lookMs: number;
  /** A job that was given back is not offered again for so long; twice as long each time, up to `lockMs`. */
  handBackMs: number;
  /** After a try that failed; twice as long after the second. */
  backoffMs: number;
}>;

/** A lock outlives a busy machine and a short loss of the network, and costs nothing in an hour's encode. */
const LOCK_MS = 60_000;

/**
 * All by the length of the lock. A job whose worker was killed is taken up after the rest of the lock (at
 * most all of it) and at most two looks: 90 s. With the library's 30 s between looks it would be 120 s, with
 * nothing left for the start of an encoder (catalog-sync-scale.md §6.2, T1 and T2).
 */
export function queueTiming(lockMs = LOCK_MS): QueueTiming {
  return {
    lockMs,
    stalledMs: lockMs / 4,
    lookMs: Math.min(2_000, lockMs / 6),
    handBackMs: lockMs / 12,
    backoffMs: lockMs,
  };
}
