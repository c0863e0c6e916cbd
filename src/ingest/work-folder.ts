import { mkdir, mkdtemp, readdir, rm, rmdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { IngestError } from '../errors.ts';
import { formatBytes } from '../lib/format-bytes.ts';
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
  const dir = await openAttempt(parent, plan.revision).catch((cause: NodeJS.ErrnoException) => {
    throw new IngestError(cause.code === 'ENOSPC' ? 'space' : 'usage', {
      what: `the work folder ${settings.workDir} cannot be used`,
      why: cause.message,
      fix: 'Choose another: --work-dir DIR',
      cause,
    });
  });
  try {
    for (const { name } of [...plan.video, ...plan.audio]) await mkdir(join(dir, name));
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 3 });
    await rmdir(parent).catch(() => {}); // not empty: somebody else's
  }
}

async function openAttempt(parent: string, revision: string): Promise<string> {
  await mkdir(parent, { recursive: true });
  const leftovers = await readdir(parent);
  await Promise.all(
    leftovers.map((name) => rm(join(parent, name), { recursive: true, force: true })),
  );
  return mkdtemp(join(parent, `${revision}.`));
}

/** Free bytes in the work folder. Throws `space` when the plan needs more than there are. */
export async function demandSpace(
  { estimate }: Plan,
  { settings }: Pick<IngestContext, 'settings'>,
): Promise<number> {
  await mkdir(settings.workDir, { recursive: true });
  const { bavail, bsize } = await statfs(settings.workDir);
  const freeBytes = bavail * bsize;
  if (freeBytes >= estimate.diskBytes) return freeBytes;
  throw new IngestError('space', {
    what: `not enough disk space: ${formatBytes(estimate.diskBytes)} needed in ${settings.workDir}, ${formatBytes(freeBytes)} free`,
    why: 'All segments wait on disk until the film is checked and published.',
    fix: 'Make space, or use another disk: --work-dir DIR',
  });
}
