import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The `~` keeps it out of every listing: it can stand neither in a key nor in a slug. */
const NAME = '.movie-ingest~id';

/**
 * Tells a folder from one of the same path on another machine: an id kept in it. Undefined when it has
 * none, or is not there.
 */
export async function readFolderMark(dir: string): Promise<string | undefined> {
  const text = await readFile(join(dir, NAME), 'utf8').catch(unlessAbsent);
  return text?.trim() || undefined;
}

/** The same, and gives it one first where it has none. Of two who do so at once both answer with the same. */
export async function markFolder(dir: string): Promise<string> {
  const standing = await readFolderMark(dir);
  if (standing !== undefined) return standing;
  await mkdir(dir, { recursive: true });
  const id = randomUUID();
  const path = join(dir, NAME);
  const prepared = `${path}-${id}`;
  try {
    await writeFile(prepared, `${id}\n`, { flag: 'wx' });
    await link(prepared, path).catch(async (error: NodeJS.ErrnoException) => {
      // Some network volumes know no links; whoever comes last at the same moment wins there.
      if (error.code !== 'EEXIST') await rename(prepared, path);
    });
  } finally {
    await rm(prepared, { force: true });
  }
  return (await readFolderMark(dir)) ?? id;
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}
