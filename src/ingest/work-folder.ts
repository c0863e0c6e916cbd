import { mkdir, mkdtemp, readdir, rm, rmdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { IngestError } from '../errors.ts';
import { formatBytes } from '../lib/format-bytes.ts';
import { noRoom } from '../lib/no-room.ts';
import type { Plan } from '../model/plan.ts';
import type { IngestContext } from './context.ts';

/**
 * Runs `work` in a new, empty folder below the work folder, and removes it afterwards. Each attempt
 * has a folder of its own, so that an ffmpeg which outlived its parent cannot write into it; what
 * earlier attempts at this film left is removed first (the caller holds the film's lock).
 */
export async function inWorkFolder<Result>(
  plan: Plan,
  { settings }: Pick<IngestContext, 'settings'>,
  work: (dir: string) => Promise<Result>,
): Promise<Result> {
  const parent = join(settings.workDir, plan.slug);
  const dir = await explainFolder(settings.workDir, () => openAttempt(parent, plan.revision));
  try {
    for (const { name } of [...plan.video, ...plan.audio]) await mkdir(join(dir, name));
    return await work(dir);
  } catch (error) {
    throw explainFullDisk(error, settings.workDir);
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 3 });
    await rmdir(parent).catch(() => {}); // not empty: somebody else's
  }
}

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

async function openAttempt(parent: string, revision: string): Promise<string> {
  await mkdir(parent, { recursive: true });
  const leftovers = await readdir(parent);
  // An ffmpeg that outlived its parent may be filling one just now: that one goes the next time.
  await Promise.allSettled(
    leftovers.map((name) =>
      rm(join(parent, name), { recursive: true, force: true, maxRetries: 3 }),
    ),
  );
  return mkdtemp(join(parent, `${revision}.`));
}

/**
 * Free bytes in the work folder. Throws `space` when the plan needs more than there are; a folder store
 * takes the film a second time, on the same disk or on another. The store's folder is there by now.
 */
export async function demandSpace(
  { estimate }: Plan,
  { settings }: Pick<IngestContext, 'settings'>,
): Promise<number> {
  const { store, workDir } = settings;
  const work = await explainFolder(workDir, async () => {
    await mkdir(workDir, { recursive: true });
    return roomIn(workDir);
  });
  const segments = { dir: workDir, ...work, bytes: estimate.diskBytes, why: SEGMENTS_WAIT };
  if (store.kind !== 'folder') {
    demand(segments);
    return work.freeBytes;
  }
  const library = await roomIn(store.dir);
  const isOneDisk = library.disk === work.disk;
  const both = `${SEGMENTS_WAIT} The library, on the same disk, takes the film a second time.`;
  demand(
    isOneDisk ? { ...segments, bytes: estimate.diskBytes + estimate.bytes, why: both } : segments,
  );
  if (!isOneDisk) {
    demand({ dir: store.dir, ...library, bytes: estimate.bytes, why: 'The library is there.' });
  }
  return work.freeBytes;
}

const SEGMENTS_WAIT = 'All segments wait on disk until the film is checked and published.';

type Room = Readonly<{ disk: number; freeBytes: number }>;

export async function roomIn(dir: string): Promise<Room> {
  const [{ dev }, { bavail, bsize }] = await Promise.all([stat(dir), statfs(dir)]);
  return { disk: dev, freeBytes: bavail * bsize };
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
    });
  }
}
