import { IngestError } from '../errors.ts';
import { keepRecord } from '../library/keep-record.ts';
import type { UpsertOutcome } from '../model/catalog.ts';
import type { IngestContext } from './context.ts';
import type { Published } from './published.ts';

type SaveContext = Pick<IngestContext, 'catalog' | 'outbox' | 'store' | 'syncCommand' | 'signal'>;

/**
 * Writes the document of a published film, and sees to it that the manifest knows the document as it
 * stands. When the catalogue does not take it, the document waits in the outbox: then throws `catalog`
 * with the command that delivers it, without encoding anything again.
 */
export async function saveDocument(
  published: Published,
  context: SaveContext,
): Promise<UpsertOutcome> {
  const { movie } = published;
  const { catalog, outbox, signal } = context;
  let outcome: UpsertOutcome;
  try {
    outcome = await catalog.upsert(movie);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof IngestError)) throw error;
    await outbox.put(movie);
    throw waits(error, context);
  }
  await outbox.remove(movie.slug);
  await keepRecord(published.manifest, context, { exactly: outcome === 'updated' });
  return outcome;
}

function waits(error: IngestError, { syncCommand }: SaveContext): IngestError {
  return new IngestError('catalog', {
    what: error.message,
    why: [error.why, 'The film is published and safe; its document waits in the outbox.']
      .filter((part) => part !== undefined)
      .join(' '),
    fix: [error.fix, `Then, without encoding again: ${syncCommand}`]
      .filter((part) => part !== undefined)
      .join(' '),
    isOfOneFilm: error.isOfOneFilm,
    cause: error,
  });
}
