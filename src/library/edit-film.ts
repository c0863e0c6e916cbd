import { IngestError } from '../errors.ts';
import type { EditorialFields } from '../model/movie.ts';
import { changeDocument } from './change-document.ts';
import type { LibraryContext } from './context.ts';
import { keepRecord } from './keep-record.ts';
import type { Film } from './look-at-film.ts';

/**
 * Changes single editorial fields: in the catalogue by its version, so that no change of others is
 * overwritten, then in the manifest, so that a rebuilt catalogue has them. Throws `usage` when the
 * catalogue does not have the film.
 */
export async function editFilm(
  { slug, stored }: Film,
  fields: Partial<EditorialFields>,
  context: LibraryContext,
): Promise<'changed' | 'unchanged'> {
  const { catalog, outbox } = context;
  const result = await changeDocument(catalog, slug, fields);
  if (result === undefined) {
    const isWaiting = (await outbox.get(slug)) !== undefined;
    throw new IngestError('usage', {
      what: `${slug} is not in ${catalog.name}`,
      why: isWaiting ? 'Its document still waits in the outbox.' : 'The store alone has it.',
      fix: `First: ${context.commandHere('sync')}`,
    });
  }
  if (stored.manifest !== undefined) {
    await keepRecord(stored.manifest, context, { exactly: result.outcome === 'changed' });
  }
  return result.outcome;
}
