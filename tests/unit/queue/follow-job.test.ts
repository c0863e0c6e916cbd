import { expect, test } from 'vitest';
import type { Event } from '../../../src/model/event.ts';
import type { JobEntry, JobState } from '../../../src/model/film-job.ts';
import { followJob } from '../../../src/queue/follow-job.ts';
import type { JobView } from '../../../src/queue/job-view.ts';
import type { Diary, FilmQueue } from '../../../src/queue/open-queue.ts';

const ENCODING: Event = {
  type: 'encode.progress',
  slug: 'phim',
  doneMs: 8_000,
  totalMs: 10_000,
  fps: 24,
  speed: 1,
  renditions: [],
};
const ENCODED: Event = { type: 'encoded', renditions: 1, elapsedMs: 1, speed: 1 };
const RESULT = { type: 'error', code: 'encode', exit: 5, message: 'over' } as const;

/** A queue that says the next of these at each look: what a real one says depends on the moment. */
function scripted(
  looks: readonly Readonly<{
    state: JobView['state'];
    progress?: Partial<JobState>;
    told: readonly Event[];
  }>[],
): FilmQueue {
  let nth = -1;
  const at = { atMs: 0, worker: 'mac/1' };
  return {
    find: async () => {
      nth = Math.min(nth + 1, looks.length - 1);
      return { id: 'film', slug: 'phim', ...looks[nth], failedReason: 'over' } as JobView;
    },
    diary: async (_id, from = 0): Promise<Diary> => {
      const entries: JobEntry[] = (looks[nth]?.told ?? []).map((event) => ({
        ...at,
        what: event.type === 'error' ? 'failed' : 'told',
        event,
      }));
      return { entries, next: from + entries.length };
    },
  } as Partial<FilmQueue> as FilmQueue;
}

test('a word on progress that is older than the end of the encode is not told after it', async () => {
  const progress = { worker: 'mac/1', startedAtMs: 0, encode: ENCODING } as JobState;
  const queue = scripted([
    { state: 'active', progress, told: [] },
    {
      state: 'active',
      progress: { ...progress, encode: { ...ENCODING, doneMs: 9_000 } },
      told: [ENCODED],
    },
    { state: 'failed', told: [RESULT as Event] },
  ]);
  const told: string[] = [];
  const report = (event: Event) => told.push(event.type);
  const signal = new AbortController().signal;
  const following = followJob({ queue, id: 'film', slug: 'phim', report, signal });
  await expect(following).rejects.toMatchObject({ exit: 'encode', message: 'over' });
  expect(told).toEqual(['encode.progress', 'encoded']);
});
