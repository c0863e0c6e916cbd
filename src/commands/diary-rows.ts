import type { JobEntry } from '../model/film-job.ts';
import type { DiaryRow } from '../ui/print-jobs.ts';

/** The line of an entry for people; none for what only moves a screen on. */
export function diaryRows({ atMs, worker, what, event, why, againInMs }: JobEntry): DiaryRow[] {
  const at = new Date(atMs).toISOString();
  if (what !== 'told') {
    const reason = event?.type === 'error' ? [event.message, event.cause] : [why];
    const again = againInMs === undefined ? [] : [`again in ${Math.round(againInMs / 1000)} s`];
    const text = [...reason, ...again].filter((it) => it !== undefined).join('. ');
    return [{ at, worker, what, text }];
  }
  if (event === undefined || event.type === 'step') return [];
  const text = event.type === 'warning' ? event.message : '';
  return [{ at, worker, what: event.type, text }];
}
