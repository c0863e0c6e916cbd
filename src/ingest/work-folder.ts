import { mkdir, mkdtemp, readdir, rm, rmdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { type ExitName, IngestError } from '../errors.ts';
import { EncodeError } from '../ffmpeg/encode/encode-error.ts';
import { segmentFile } from '../ffmpeg/encode/hls-args.ts';
import { formatBytes } from '../lib/format-bytes.ts';
import { isSlug } from '../lib/make-slug.ts';
import { noRoom } from '../lib/no-room.ts';
import { targetSeconds } from '../model/grid.ts';
import type { Plan } from '../model/plan.ts';
import { isRevision } from '../plan/revision.ts';
import type { IngestContext, IngestRequest } from './context.ts';
import { LEAST_SEGMENTS } from './keep-segments.ts';

/** A folder of this attempt, and those that earlier attempts at the film have left. */
export type WorkFolder = Readonly<{
  /** Empty but for a folder for each rendition, and this attempt's alone. */
  dir: string;
  /** Of the very same encode: what is whole in them may be taken out of them. */
  leftovers: readonly string[];
  /** Whether some are of another encode of what the user asks for: by another encoder or ffmpeg. */
  hasOthers: boolean;
}>;

/**
 * Runs `work` in a folder below the work folder. Each attempt has a folder of its own, so that an
 * ffmpeg which outlived its parent cannot write into it. All of the film's are removed once `work` has
 * succeeded; after a failure this one stays for the next attempt to go on from, unless it is of no use
 * (`isOfUse`). The caller holds the film's lock.
 */
export async function inWorkFolder<Result>(
  plan: Plan,
  { settings }: Pick<IngestContext, 'settings'>,
  work: (folder: WorkFolder) => Promise<Result>,
): Promise<Result> {
  const folder = await explainFolder(settings.workDir, () => openAttempt(plan, settings.workDir));
  const { dir } = folder;
  let isKept = false;
  try {
    for (const { name } of [...plan.video, ...plan.audio]) await mkdir(join(dir, name));
    const result = await work(folder);
    await clearWorkFolder(plan.slug, { settings });
    return result;
  } catch (error) {
    isKept = isOfUse(error) && (await hasBegun(plan, dir));
    throw explainFullDisk(error, settings.workDir);
  } finally {
    if (!isKept) await removeFolder(dir);
    await rmdir(join(settings.workDir, plan.slug)).catch(() => {}); // not empty: somebody else's
  }
}

/** Removes what attempts at a film have left; for one that is in. The caller holds the film's lock. */
export async function clearWorkFolder(
  slug: string,
  { settings }: Pick<IngestContext, 'settings'>,
): Promise<void> {
  const attempts = await readAttempts(join(settings.workDir, slug));
  await removeAttempts(slug, attempts, { settings });
}

/** Removes some of what attempts at a film have left. The caller holds the film's lock. */
export async function removeAttempts(
  slug: string,
  attempts: readonly Attempt[],
  { settings }: Pick<IngestContext, 'settings'>,
): Promise<void> {
  for (const { path } of attempts) await removeFolder(path);
  await rmdir(join(settings.workDir, slug)).catch(() => {}); // not empty: others are there
}

/** What attempts have left in the work folder, of whatever film. What else lies there is passed over. */
export async function attemptsBySlug({
  settings,
}: Pick<IngestContext, 'settings'>): Promise<ReadonlyMap<string, readonly Attempt[]>> {
  const { workDir } = settings;
  const entries = await readdir(workDir, { withFileTypes: true }).catch(() => []);
  const found = new Map<string, readonly Attempt[]>();
  for (const { name: slug } of entries.filter(
    (entry) => entry.isDirectory() && isSlug(entry.name),
  )) {
    const attempts = await readAttempts(join(workDir, slug));
    const own = attempts.filter(({ revision, recipe }) => isRevision(revision) && recipe !== '');
    if (own.length > 0) found.set(slug, own);
  }
  return found;
}

/** Revisions that attempts at a film were cut off at, as their folders say. */
export async function begunRevisions(
  slug: string,
  { settings }: Pick<IngestContext, 'settings'>,
): Promise<readonly string[]> {
  const attempts = await readAttempts(join(settings.workDir, slug));
  return [...new Set(attempts.map(({ revision }) => revision))];
}

/** Whether there may be as many segments as it takes to go on from them; all rungs are level. */
async function hasBegun({ video, container }: Plan, dir: string): Promise<boolean> {
  const least = segmentFile(LEAST_SEGMENTS - 1, container);
  const there = video
    .slice(0, 1)
    .map(({ name }) => stat(join(dir, name, least)).catch(() => undefined));
  return (await Promise.all(there)).every((info) => info !== undefined);
}

/** Whether the next attempt can go on after this failure: nothing is said against what was made. */
function isOfUse(error: unknown): boolean {
  if (error instanceof EncodeError) return error.mayPass;
  return !(error instanceof IngestError && OF_NO_USE.includes(error.exit));
}

const OF_NO_USE: readonly ExitName[] = ['encode', 'film', 'usage'];

/** Whoever it was that found no room: the encoder, the poster, a rename. */
function explainFullDisk(error: unknown, workDir: string): unknown {
  const full = error instanceof IngestError ? undefined : noRoom(error);
  if (full === undefined) return error;
  return new IngestError('space', {
    what: `nothing more can be written in the work folder ${workDir} (${full.code})`,
    why: full.why,
    fix: `${full.fix}, or use another folder: --work-dir DIR. Then run the same command again.`,
    cause: error,
  });
}

/** What an attempt has left: its folder, and what it was to be. */
export type Attempt = Readonly<{ path: string; revision: string; recipe: string }>;

/** `<work>/<slug>/<revision>.<recipe>.XXXXXX` */
async function readAttempts(parent: string): Promise<readonly Attempt[]> {
  const names = await readdir(parent).catch(() => []);
  return names.map((name) => {
    const [revision = '', recipe = ''] = name.split('.');
    return { path: join(parent, name), revision, recipe };
  });
}

/**
 * Attempts at something else that the user once asked for are removed at once. Those of another encode
 * of the same stay until the film is in: after a fallback to another encoder that one is gone on with.
 */
async function openAttempt(plan: Plan, workDir: string): Promise<WorkFolder> {
  const parent = join(workDir, plan.slug);
  await mkdir(parent, { recursive: true });
  const attempts = await readAttempts(parent);
  const wanted = attempts.filter(({ recipe }) => recipe === plan.recipe);
  for (const old of attempts) if (!wanted.includes(old)) await removeFolder(old.path);
  const same = wanted.filter(({ revision }) => revision === plan.revision);
  return {
    dir: await mkdtemp(join(parent, `${plan.revision}.${plan.recipe}.`)),
    leftovers: same.map(({ path }) => path),
    hasOthers: same.length < wanted.length,
  };
}

/** An ffmpeg that outlived its parent may be filling it just now: then it goes the next time. */
export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
}

/**
 * Free bytes in the work folder. Throws `space` when the plan needs more than there are; a folder store
 * takes the film a second time, on the same disk or on another. The store's folder is there by now.
 */
export async function demandSpace(
  plan: Plan,
  { dropUploaded }: Pick<IngestRequest, 'dropUploaded'>,
  { settings }: Pick<IngestContext, 'settings'>,
): Promise<number> {
  const { slug, estimate } = plan;
  const { store, workDir } = settings;
  const { leftBytes, ...work } = await explainFolder(workDir, async () => {
    await mkdir(workDir, { recursive: true });
    return { ...(await roomIn(workDir)), leftBytes: await bytesIn(join(workDir, slug)) };
  });
  // What an attempt that was cut off has left is used, or makes room.
  const diskBytes = Math.max(0, diskBytesOf(plan, dropUploaded) - leftBytes);
  const segments = { dir: workDir, ...work, bytes: diskBytes, why: SEGMENTS_WAIT };
  if (store.kind !== 'folder') {
    demand(segments);
    return work.freeBytes;
  }
  const library = await roomIn(store.dir);
  const isOneDisk = library.disk === work.disk;
  const both = `${SEGMENTS_WAIT} The library, on the same disk, takes the film a second time.`;
  demand(isOneDisk ? { ...segments, bytes: diskBytes + estimate.bytes, why: both } : segments);
  if (!isOneDisk) {
    demand({ dir: store.dir, ...library, bytes: estimate.bytes, why: 'The library is there.' });
  }
  return work.freeBytes;
}

/** Segments of each larger rendition that are on disk at once, where they go as soon as they are stored. */
const ON_THEIR_WAY = 40;

function diskBytesOf(
  { estimate, grid, source, video, audio }: Plan,
  dropUploaded: boolean,
): number {
  if (!dropUploaded) return estimate.diskBytes;
  const sum = (kbps: readonly number[]) => kbps.reduce((total, one) => total + one, 0);
  const [smallest = 0, ...larger] = video.map(({ maxKbps }) => maxKbps);
  const staying = smallest + sum(audio.map(({ kbps }) => kbps));
  const share = (1000 * ON_THEIR_WAY * targetSeconds(grid)) / source.durationMs;
  const kbps = staying + sum(larger) * Math.min(1, share);
  return Math.round((estimate.diskBytes * kbps) / (staying + sum(larger)));
}

const SEGMENTS_WAIT = 'All segments wait on disk until the film is checked and published.';

type Room = Readonly<{ disk: number; freeBytes: number }>;

export async function roomIn(dir: string): Promise<Room> {
  const [{ dev }, { bavail, bsize }] = await Promise.all([stat(dir), statfs(dir)]);
  return { disk: dev, freeBytes: bavail * bsize };
}

async function bytesIn(dir: string): Promise<number> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries.filter((one) => one.isFile())) {
    const info = await stat(join(entry.parentPath, entry.name)).catch(() => undefined);
    bytes += info?.size ?? 0;
  }
  return bytes;
}

function demand(need: Room & Readonly<{ dir: string; bytes: number; why: string }>): void {
  if (need.freeBytes >= need.bytes) return;
  throw new IngestError('space', {
    what: `not enough disk space: ${formatBytes(need.bytes)} needed in ${need.dir}, ${formatBytes(need.freeBytes)} free`,
    why: need.why,
    fix: 'Make space, or use another disk: --work-dir DIR, --library DIR',
  });
}

/** A folder that cannot be written is no room to work in, whatever the reason. */
const FORBIDDEN: readonly string[] = ['EACCES', 'EPERM', 'EROFS', 'ENOENT'];

const NOT_MADE = 'It cannot be made there: the volume is read-only (EROFS), or gone.';

async function explainFolder<Result>(dir: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const full = noRoom(error);
    const isNoRoom = full !== undefined || FORBIDDEN.includes(code);
    throw new IngestError(isNoRoom ? 'space' : 'usage', {
      what: `the work folder ${dir} cannot be ${FORBIDDEN.includes(code) ? 'written' : 'used'}`,
      // Of a recursive mkdir on a read-only volume Node says ENOENT.
      why: full?.why ?? (code === 'ENOENT' ? NOT_MADE : message),
      fix: `${full === undefined ? 'Choose another' : `${full.fix}, or choose another`}: --work-dir DIR`,
      cause: error,
      isOfThisMachine: true,
    });
  }
}
