import { setTimeout as delay } from 'node:timers/promises';
import type { Job } from 'bullmq';
import { IngestError } from '../errors.ts';
import { AnyJob } from '../model/film-job.ts';
import type { FilmQueue } from './open-queue.ts';
import type { QueueTiming } from './queue-timing.ts';

export type WatchJobOptions = Readonly<{
  job: Job;
  /** Of this worker's lock. */
  token: string;
  queue: FilmQueue;
  timing: QueueTiming;
  /** Ends the watch. */
  signal: AbortSignal;
}>;

/**
 * Fires, with an IngestError, when the work on a job must stop: somebody cancelled it, another worker has
 * it, or it is over. A lock that has merely run out, as while Redis was away, is taken again: the film of
 * hours is not lost for it. While Redis does not answer nothing is known, and the film goes on.
 */
export function watchJob(options: WatchJobOptions): AbortSignal {
  const { timing, signal } = options;
  const stop = new AbortController();
  const look = async () => {
    while (!signal.aborted && !stop.signal.aborted) {
      const reason = await whyToStop(options);
      if (reason !== undefined) stop.abort(reason);
      await delay(timing.lookMs, undefined, { signal, ref: false });
    }
  };
  look().catch(() => {}); // the work is over, or Redis is gone for good
  return stop.signal;
}

async function whyToStop(options: WatchJobOptions): Promise<IngestError | undefined> {
  const { job, token, queue } = options;
  const id = job.id ?? '';
  const lockKey = `${queue.bull.toKey(id)}:lock`;
  const [now, holder] = await Promise.all([queue.bull.getJob(id), queue.redis.get(lockKey)]);
  if (now === undefined || now === null) return gone();
  const by = AnyJob.safeParse(now.data).data?.['cancelledBy'];
  if (typeof by === 'string') return cancelled(by);
  if (holder === token) return undefined;
  if (holder !== null) return taken();
  const state = await now.getState();
  if (state === 'completed' || state === 'failed' || state === 'unknown') return gone();
  if (state !== 'active') return undefined; // given up for dead, and nobody has begun: this run goes on
  const { lockMs } = options.timing;
  const isOurs = await queue.redis.set(lockKey, token, 'PX', lockMs, 'NX');
  if (isOurs === null) return taken();
  await job.extendLock(token, lockMs); // and is no longer counted among the stalled
  return undefined;
}

function cancelled(by: string): IngestError {
  return new IngestError('interrupted', {
    what: `cancelled by ${by}`,
    fix: 'To make it all the same: hand it in again, or movie-ingest queue retry',
  });
}

function taken(): IngestError {
  return new IngestError('locked', {
    what: 'another worker has this job now, and this one stopped',
    why: 'Nothing was heard of this machine for too long, as when it sleeps.',
    fix: 'Nothing needs to be done: the other goes on with the film',
  });
}

function gone(): IngestError {
  return new IngestError('locked', {
    what: 'this job is over, or gone from the queue, and this worker stopped',
    why: 'Another worker has finished it while nothing was heard of this machine, or somebody removed it.',
    fix: 'Nothing needs to be done. If the film is not in: hand it in again',
  });
}
