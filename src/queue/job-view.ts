import type { Job } from 'bullmq';
import { AnyJob, FilmJob, JobState } from '../model/film-job.ts';

export type JobStateName = 'active' | 'waiting' | 'delayed' | 'failed' | 'completed' | 'unknown';

/** A job as `queue ls` and `queue show` tell it. */
export type JobView = Readonly<{
  id: string;
  state: JobStateName;
  slug: string;
  /** Undefined for one of another version than ours. */
  film: FilmJob | undefined;
  version: number | undefined;
  priority: number;
  queuedAtMs: number;
  /** While it is delayed. */
  notBeforeMs: number | undefined;
  /** Since it was last taken up. */
  startedAtMs: number | undefined;
  finishedAtMs: number | undefined;
  progress: JobState | undefined;
  /** How often a worker began with it. */
  timesStarted: number;
  /** How often it failed. */
  timesFailed: number;
  /** How often its worker was gone. */
  timesStalled: number;
  mostTries: number;
  failedReason: string | undefined;
  result: unknown;
}>;

/** What BullMQ keeps under other names. A job with a priority waits in a set of its own. */
export function viewJob(job: Job, state: string): JobView {
  const film = FilmJob.safeParse(job.data);
  const any = AnyJob.safeParse(job.data);
  const progress = JobState.safeParse(job.progress);
  return {
    id: job.id ?? '',
    state: stateName(state),
    slug: any.data?.slug ?? '',
    film: film.data,
    version: any.data?.v,
    priority: job.opts.priority ?? 0,
    queuedAtMs: job.timestamp,
    notBeforeMs: state === 'delayed' ? notBefore(job) : undefined,
    startedAtMs: state === 'waiting' ? undefined : job.processedOn,
    finishedAtMs: job.finishedOn,
    progress: progress.data,
    timesStarted: job.attemptsStarted,
    timesFailed: job.attemptsMade - (state === 'completed' ? 1 : 0),
    timesStalled: job.stalledCounter,
    mostTries: job.opts.attempts ?? 1,
    failedReason: job.failedReason,
    result: job.returnvalue,
  };
}

function notBefore(job: Job): number {
  return (job.processedOn ?? job.timestamp) + job.delay;
}

function stateName(state: string): JobStateName {
  if (state === 'prioritized' || state === 'wait' || state === 'paused') return 'waiting';
  const names = ['active', 'waiting', 'delayed', 'failed', 'completed'] as const;
  return names.find((name) => name === state) ?? 'unknown';
}
