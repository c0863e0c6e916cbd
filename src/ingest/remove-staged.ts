import { IngestError } from '../errors.ts';
import { isStaged } from '../sources/inbox-key.ts';
import type { IngestContext } from './context.ts';
import type { FilmIdentity } from './identify-film.ts';

/**
 * Removes a film from the inbox that is in the library now, whoever staged it. Only what `--stage` puts
 * there, and only this very content. That it cannot be removed is no failure of the film: `sync --prune`
 * does it.
 */
export async function removeStaged(
  { remote, fingerprint }: Pick<FilmIdentity, 'remote' | 'fingerprint'>,
  { store, signal }: Pick<IngestContext, 'store' | 'signal'>,
): Promise<void> {
  if (remote === undefined || remote.address.bucket !== store.bucket) return;
  const { key } = remote.address;
  if (!isStaged(key, fingerprint)) return;
  await store.remove([key], { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    if (!(error instanceof IngestError)) throw error;
  });
}
