import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';

/** Files of a watched folder that are done with, by their stamps. */
export type Watched = Readonly<{
  has(path: string, stamp: string): boolean;
  add(path: string, stamp: string): Promise<void>;
}>;

/**
 * Kept in a file, so that a watch which begins anew does not try each film again. Without it, or when it
 * cannot be read, they are tried: a film that is in is left alone.
 */
export async function openWatched(file: string): Promise<Watched> {
  const known = new Map<string, string>(await readEntries(file));
  return {
    has: (path, stamp) => known.get(path) === stamp,
    add: async (path, stamp) => {
      known.set(path, stamp);
      await mkdir(dirname(file), { recursive: true });
      await writeFileAtomic(file, `${JSON.stringify(Object.fromEntries(known))}\n`);
    },
  };
}

async function readEntries(file: string): Promise<readonly [string, string][]> {
  try {
    const entries = Object.entries(JSON.parse(await readFile(file, 'utf8')));
    return entries.filter((it): it is [string, string] => typeof it[1] === 'string');
  } catch {
    return [];
  }
}
