import { recordDocument, staleFields } from '../catalog/stamp-movie.ts';
import { IngestError } from '../errors.ts';
import type { UpsertOutcome } from '../model/catalog.ts';
import { movieFromJson, movieToJson } from '../model/movie-json.ts';
import { keys, objectHeaders } from '../plan/keys.ts';
import { putManifest } from '../publish/put-manifest.ts';
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
  await keepRecord(published, context);
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
    cause: error,
  });
}

/** One small PUT, and only where an editor, or a manifest of before documents were recorded, asks for it. */
export async function keepRecord(
  { manifest }: Pick<Published, 'manifest'>,
  { catalog, store, signal }: Pick<SaveContext, 'catalog' | 'store' | 'signal'>,
): Promise<boolean> {
  const { slug, revision } = manifest;
  const document = await catalog.findBySlug(slug);
  if (document === undefined) return false;
  const recorded = movieFromJson(manifest.movie);
  if (staleFields(recorded, document).length === 0) return false;
  const movie = movieToJson(recordDocument(recorded, document));
  const key = keys.manifest(slug, revision);
  await putManifest(store, { ...manifest, movie }, { key, headersFor: objectHeaders, signal });
  return true;
}
