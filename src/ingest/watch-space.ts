import { setTimeout as wait } from 'node:timers/promises';
import { IngestError } from '../errors.ts';
import { formatBytes } from '../lib/format-bytes.ts';
import { targetSeconds } from '../model/grid.ts';
import type { Plan } from '../model/plan.ts';
import type { IngestContext } from './context.ts';
import { roomIn } from './work-folder.ts';

const LOOK_EVERY_MS = 1_000;

/** Segments of every rendition that there must always be room for. */
const SEGMENTS = 2;

/** Of a short film two segments are most of it: never more than this of what was asked for at its start. */
const LARGEST_SHARE = 0.05;

/**
 * Runs `work` with an eye on the free space of the work folder, and of a folder store: somebody else may
 * fill the disk for which there was room at the start. `work` is stopped while everything written is
 * still whole, and `space` is thrown.
 */
export async function withSpaceWatch<Result>(
  plan: Plan,
  context: Pick<IngestContext, 'settings' | 'signal'>,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController();
  const over = new AbortController();
  const watching = watch(placesOf(plan, context), over.signal).catch((error: unknown) =>
    stop.abort(error),
  );
  try {
    return await work(AbortSignal.any([context.signal, stop.signal]));
  } catch (error) {
    if (stop.signal.aborted && !context.signal.aborted) throw stop.signal.reason;
    throw error;
  } finally {
    over.abort();
    await watching;
  }
}

type Place = Readonly<{ dir: string; leastBytes: number; fix: string }>;

function placesOf(
  plan: Plan,
  { settings: { store, workDir } }: Pick<IngestContext, 'settings'>,
): readonly Place[] {
  const share = (SEGMENTS * targetSeconds(plan.grid) * 1000) / plan.source.durationMs;
  const leastBytes = plan.estimate.diskBytes * Math.min(share, LARGEST_SHARE);
  const work = { dir: workDir, leastBytes, fix: '--work-dir DIR' };
  if (store.kind !== 'folder') return [work];
  return [work, { dir: store.dir, leastBytes, fix: '--library DIR' }];
}

async function watch(places: readonly Place[], over: AbortSignal): Promise<void> {
  for (;;) {
    await wait(LOOK_EVERY_MS, undefined, { signal: over }).catch(() => {});
    if (over.aborted) return;
    for (const place of places) await demandRoom(place);
  }
}

async function demandRoom({ dir, leastBytes, fix }: Place): Promise<void> {
  const room = await roomIn(dir).catch(() => undefined); // whoever writes there next says it better
  if (room === undefined || room.freeBytes >= leastBytes) return;
  throw new IngestError('space', {
    what: `the disk is nearly full: ${formatBytes(room.freeBytes)} free in ${dir}`,
    why: 'The next segments would be cut short. Something else fills the disk: there was room for the film when it began.',
    fix: `Make space, or use another disk: ${fix}. Then run the same command again.`,
  });
}
