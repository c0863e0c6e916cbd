import { IngestError } from '../errors.ts';
import { isStaged } from '../sources/inbox-key.ts';
import type { IngestContext } from './context.ts';
import type { RemoteFilm } from './read-film.ts';

export type StagedPlace = Readonly<{
  /** Undefined for a film that is no object of a bucket. */
  remote: Pick<RemoteFilm, 'address'> | undefined;
  fingerprint: string;
}>;

/**
 * Removes a film from the inbox that is in the library now, or that nobody wants any more, whoever staged
 * it. Only what `--stage` puts there, and only this very content. That it cannot be removed (then the
 * answer is false) is no failure of the film: `sync --prune` does it.
 */
export async function removeStaged(
  { remote, fingerprint }: StagedPlace,
  { store, signal }: Pick<IngestContext, 'store' | 'signal'>,
): Promise<boolean> {
  if (remote === undefined || remote.address.bucket !== store.bucket) return true;
  const { key } = remote.address;
  if (!isStaged(key, fingerprint)) return true;
  try {
    await store.remove([key], { signal });
    return true;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof IngestError)) throw error;
    return false;
  }
}
