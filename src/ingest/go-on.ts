import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ENCODE_LOG } from '../ffmpeg/encode/encode.ts';
import { isSegmentFile } from '../ffmpeg/encode/hls-args.ts';
import { isSuspicious } from '../ffmpeg/log-line.ts';
import { isCutList, segmentStartSeconds } from '../model/grid.ts';
import type { Plan } from '../model/plan.ts';
import { keys } from '../plan/keys.ts';
import type { IngestContext } from './context.ts';
import { type KeepOptions, type Kept, keepSegments } from './keep-segments.ts';
import type { SourceWatch } from './watch-source.ts';
import { removeFolder, type WorkFolder } from './work-folder.ts';

export type GoOnOptions = Readonly<{
  plan: Plan;
  folder: WorkFolder;
  /** What stands below the revision in the store, by key. */
  listed: KeepOptions['listed'];
  onTaken: NonNullable<KeepOptions['onTaken']>;
  /** False after an attempt that went on and failed: this one begins anew. */
  mayGoOn: boolean;
  watch: Pick<SourceWatch, 'suspectUntil'>;
  context: Pick<IngestContext, 'store' | 'report' | 'signal'>;
}>;

/**
 * Finds what runs that were cut off have made of this very encode, and takes it over; tells from where
 * the film is gone on with, or that it must be begun anew and why. The world is asked, no record: the
 * segments on disk and in the store, and their bytes. Undefined when there is nothing to go on from.
 */
export async function goOn(options: GoOnOptions): Promise<Kept | undefined> {
  const { plan, folder, mayGoOn, context } = options;
  const { dir, leftovers } = folder;
  const earlier = await countEarlier(options);
  const log = await readLogs(leftovers);
  const kept =
    mayGoOn && plan.isResumable && earlier > 0
      ? await keepSegments({ ...options, dir, leftovers })
      : undefined;
  for (const leftover of leftovers) await removeFolder(leftover);
  if (kept === undefined) {
    const reason = mayGoOn ? whyAnew(options, earlier) : undefined;
    if (reason !== undefined) context.report({ type: 'restarted', slug: plan.slug, reason });
    return undefined;
  }
  const doneMs = Math.round(1000 * segmentStartSeconds(plan.grid, kept.firstSegment));
  if (log !== 'clean' || kept.fetched > 0) {
    await writeFile(join(dir, UNHEARD), '');
    options.watch.suspectUntil(doneMs + LOOK_BEYOND_MS);
  }
  context.report({
    type: 'resumed',
    slug: plan.slug,
    segment: kept.firstSegment,
    of: Math.max(kept.firstSegment, segmentsOf(plan)),
    doneMs,
    keptSegments: kept.segments.length,
    keptBytes: kept.bytes,
    fetchedSegments: kept.fetched,
  });
  return kept;
}

/** What is said of the pictures right behind the place is heard again, or was about to be said. */
const LOOK_BEYOND_MS = 2_000;

/** Stands in a folder whose segments may be of pictures of which an encoder complained, or not. */
const UNHEARD = 'unheard';

/** Whether each earlier encoder had nothing to say against the film, as far as it came. */
async function readLogs(leftovers: readonly string[]): Promise<'clean' | 'unclear'> {
  for (const leftover of leftovers) {
    const files: readonly string[] = await readdir(leftover).catch(() => []);
    const log = await readFile(join(leftover, ENCODE_LOG), 'utf8').catch(() => undefined);
    const all = log?.split('\n') ?? [];
    // What the film is called is no complaint.
    const lines = all.filter((_, number) => all[number - 1] !== 'Command line:');
    if (files.includes(UNHEARD) || log === undefined || lines.some(isSuspicious)) return 'unclear';
  }
  return 'clean';
}

/** Segments with pictures that there are, whatever is in them. */
async function countEarlier({ plan, folder, listed }: GoOnOptions): Promise<number> {
  const prefix = keys.revision(plan.slug, plan.revision);
  const isSegment = (file: string) => isSegmentFile(file, plan.container);
  let count = 0;
  for (const { name } of plan.video) {
    for (const leftover of folder.leftovers) {
      const files = await readdir(join(leftover, name)).catch(() => []);
      count += files.filter(isSegment).length;
    }
    const inStore = [...listed.keys()].filter((key) => key.startsWith(`${prefix}${name}/`));
    count += inStore.filter(isSegment).length;
  }
  return count;
}

/** Undefined where nothing was begun. */
function whyAnew({ plan, folder }: GoOnOptions, earlier: number): string | undefined {
  if (earlier === 0) {
    return folder.hasOthers
      ? 'it is encoded with another encoder, ffmpeg or settings now'
      : undefined;
  }
  if (plan.isResumable) return 'of what is left too little is whole, or the film is newer';
  if (isCutList(plan.grid)) return 'its picture is copied';
  if (plan.burnt?.kind === 'picture') return 'subtitles are drawn into it as pictures';
  return 'its time stamps jump';
}

function segmentsOf({ source, grid }: Plan): number {
  return Math.ceil(source.durationMs / 1000 / segmentStartSeconds(grid, 1));
}
