import { keys } from '../plan/keys.ts';
import type { LibraryContext } from './context.ts';
import type { Film } from './look-at-film.ts';

/**
 * Removes for good what `rm` took away: the objects, then the manifests, which hold the tombstones, then
 * the document. A run that is cut off leaves a film that is still deleted.
 */
export async function purgeFilm(
  { slug, stored }: Film,
  { catalog, store, outbox, signal }: LibraryContext,
): Promise<void> {
  const all = stored.objects.map(({ key }) => key);
  const isManifest = (key: string) => key.endsWith('/manifest.json');
  const bytes = all.filter((key) => !isManifest(key));
  await store.remove([keys.master(slug), ...bytes, keys.poster(slug)], { signal });
  await store.remove(all.filter(isManifest), { signal });
  await outbox.remove(slug);
  await catalog.remove(slug);
}
