import { IngestError } from '../errors.ts';
import { movieFromJson } from '../model/movie-json.ts';
import type { LibraryContext } from './context.ts';
import { keepRecord, writeManifest } from './keep-record.ts';
import type { Film } from './look-at-film.ts';
import { putMaster } from './put-master.ts';

/**
 * Brings back what `rm` took away: the tombstone in the manifest goes, the master comes, the document is
 * ready again, in this order. False for a film that is not deleted. Throws `store`, and changes nothing,
 * when it has been purged, or something of it is missing.
 */
export async function restoreFilm(film: Film, context: LibraryContext): Promise<boolean> {
  const { catalog, store, signal } = context;
  const { slug, state, stored, document } = film;
  const isDeleted = state.store.deletedAtMs !== undefined || document?.['status'] === 'deleted';
  if (!isDeleted) return false;
  const { missing, damaged } = state.store;
  if (stored.manifest === undefined || missing.length + damaged.length > 0) {
    throw new IngestError('store', {
      what: `${slug} cannot be brought back`,
      why:
        stored.manifest === undefined
          ? 'It has been purged: the store does not have it any more.'
          : `${missing.length + damaged.length} of its objects are missing or damaged.`,
      fix: `Ingest it again: ${context.commandHere('add', 'FILM', '--slug', slug)}`,
    });
  }
  const { deleted_at: _, ...manifest } = stored.manifest;
  await writeManifest(manifest, { store, signal });
  await putMaster(manifest, context);
  await catalog.upsert({ ...movieFromJson(manifest.movie), explicit: [] });
  await keepRecord(manifest, context, { exactly: true });
  return true;
}
