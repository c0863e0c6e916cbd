import type { CatalogDocument } from '../model/catalog.ts';
import { keys } from '../plan/keys.ts';
import { changeDocument } from './change-document.ts';
import type { LibraryContext } from './context.ts';
import { writeManifest } from './keep-record.ts';
import type { Film } from './look-at-film.ts';

/**
 * Takes a film from viewers so that nobody meets half of it: the document first, which hides it, then
 * the tombstone in the manifest, so that no rebuilt catalogue brings it back, then the master, and
 * nothing else: who is watching watches on, and `restore` can bring it back until it is purged. Goes on
 * where an earlier call was cut off.
 */
export async function removeFilm(
  film: Film,
  { nowMs }: Readonly<{ nowMs: number }>,
  { catalog, store, outbox, signal }: LibraryContext,
): Promise<void> {
  const { slug, stored, document } = film;
  const { manifest } = stored;
  const deletedAt = deletedAtOf(film) ?? new Date(nowMs);
  if (document !== undefined && !isTombstone(document)) {
    await changeDocument(catalog, slug, { status: 'deleted', deleted_at: deletedAt });
  }
  await outbox.remove(slug);
  if (manifest !== undefined && manifest.deleted_at === undefined) {
    await writeManifest({ ...manifest, deleted_at: deletedAt.toISOString() }, { store, signal });
  }
  await store.remove([keys.master(slug)], { signal });
}

function isTombstone(document: CatalogDocument): boolean {
  return document['status'] === 'deleted' && document['deleted_at'] instanceof Date;
}

/** When it was deleted first. */
function deletedAtOf({ document, stored }: Film): Date | undefined {
  const { manifest } = stored;
  if (manifest?.deleted_at !== undefined) return new Date(manifest.deleted_at);
  const at = document?.['deleted_at'];
  return document?.['status'] === 'deleted' && at instanceof Date ? at : undefined;
}
