import type { Store } from '../model/store.ts';
import { readManifest } from './read-published.ts';

export type FreeRevisionOptions = Readonly<{
  manifestKey: (revision: string) => string;
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
  { manifestKey, signal }: FreeRevisionOptions,
): Promise<string> {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? revision : `${revision}-${number}`;
    if ((await readManifest(store, manifestKey(candidate), signal)) === undefined) return candidate;
  }
}
