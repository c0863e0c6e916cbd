import type { Event } from '../model/event.ts';
import type { JobView } from '../queue/job-view.ts';
import type { JobRow } from '../ui/print-jobs.ts';

/** A job as `queue ls` and `queue show` have it. */
export function jobRow(view: JobView): JobRow {
  const { progress, state } = view;
  const isActive = state === 'active';
  const done = isActive ? shareOf(progress?.encode) : undefined;
  const why = whyOf(view);
  const handedBack = progress?.timesHandedBack ?? 0;
  return {
    job: view.id,
    state,
    slug: view.slug,
    ...(isActive && progress !== undefined ? { worker: progress.worker } : {}),
    since: new Date(sinceOf(view)).toISOString(),
    ...(done === undefined ? {} : { done }),
    ...(isActive && progress?.step !== undefined ? { step: progress.step } : {}),
    // What nobody has worked on was not tried.
    started: Math.max(0, view.timesStarted - handedBack),
    handedBack,
    failed: view.timesFailed,
    stalled: view.timesStalled,
    ...(why === undefined ? {} : { why }),
    priority: view.priority,
  };
}

function sinceOf({ state, startedAtMs, finishedAtMs, queuedAtMs }: JobView): number {
  if (state === 'failed' || state === 'completed') return finishedAtMs ?? queuedAtMs;
  return state === 'active' ? (startedAtMs ?? queuedAtMs) : queuedAtMs;
}

function whyOf({ state, failedReason, progress, film, timesStalled }: JobView): string | undefined {
  if (state === 'completed') return undefined;
  if (film?.cancelledBy !== undefined && state === 'active') {
    return `being cancelled by ${film.cancelledBy}`;
  }
  if (state === 'active') return undefined;
  if (failedReason?.includes('stalled') === true) {
    return `its worker was gone without a word ${timesStalled} times`;
  }
  return progress?.handedBack ?? failedReason;
}

function shareOf(event: Event | undefined): number | undefined {
  if (event?.type !== 'encode.progress' || event.totalMs === 0) return undefined;
  return Math.min(1, event.doneMs / event.totalMs);
}
