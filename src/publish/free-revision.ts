import type { Store } from '../model/store.ts';

export type FreeRevisionOptions = Readonly<{
  manifestKey: (revision: string) => string;
  /** The revision that viewers have, whatever became of its manifest. */
  live: string | undefined;
  signal: AbortSignal;
}>;

/**
 * The revision to write under: `revision` itself, or the next free `<revision>-2`, `-3` … where it was
 * published before. A published revision is never written again, because two encodes of one film are
 * never byte-equal and caches keep segments for ever; one that was cut off (no manifest) goes on.
 */
export async function freeRevision(
  store: Store,
  revision: string,
  { manifestKey, live, signal }: FreeRevisionOptions,
): Promise<string> {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? revision : `${revision}-${number}`;
    if (candidate === live) continue;
    // One that cannot be understood was published too.
    if ((await store.get(manifestKey(candidate), { signal })) === undefined) return candidate;
  }
}
