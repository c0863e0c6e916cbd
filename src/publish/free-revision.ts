import type { Store } from '../model/store.ts';

export type FreeRevisionOptions = Readonly<{
  manifestKey: (revision: string) => string;
  takenOverKey: (revision: string) => string;
  /** The revision that viewers have, whatever became of its manifest. */
  live: string | undefined;
  signal: AbortSignal;
}>;

export type FreeRevision = Readonly<{
  revision: string;
  /** Unfinished ones before it that were taken from their runs: to copy from. Newest first. */
  takenOver: readonly string[];
}>;

/**
 * The revision to write under: `revision` itself, or the next free `<revision>-2`, `-3` … where it was
 * published before. A published revision is never written again, because two encodes of one film are
 * never byte-equal and caches keep segments for ever; one that was cut off (no manifest) goes on, unless
 * it was taken from a run that may yet wake and write into it.
 */
export async function freeRevision(
  store: Store,
  revision: string,
  { manifestKey, takenOverKey, live, signal }: FreeRevisionOptions,
): Promise<FreeRevision> {
  const takenOver: string[] = [];
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? revision : `${revision}-${number}`;
    if (candidate === live) continue;
    // One that cannot be understood was published too.
    if ((await store.get(manifestKey(candidate), { signal })) !== undefined) continue;
    const isTaken = (await store.look(takenOverKey(candidate), { signal })) !== undefined;
    if (!isTaken) return { revision: candidate, takenOver };
    takenOver.unshift(candidate);
  }
}
