import { IngestError } from '../errors.ts';
import { keepRecord } from '../library/keep-record.ts';
import type { UpsertOutcome } from '../model/catalog.ts';
import type { Movie } from '../model/movie.ts';
import type { FilmContext } from './context.ts';
import type { Published } from './published.ts';

type SaveContext = Pick<
  FilmContext,
  'catalog' | 'outbox' | 'store' | 'syncCommand' | 'demandLock' | 'signal'
>;

/**
 * Writes the document of a published film, and sees to it that the manifest knows the document as it
 * stands. When the catalogue does not take it, the document waits in the outbox: then throws `catalog`
 * (`space` where its disk is full) with the command that delivers it, without encoding anything again.
 */
export async function saveDocument(
  published: Published,
  context: SaveContext,
): Promise<UpsertOutcome> {
  const { movie } = published;
  const { catalog, outbox, demandLock, signal } = context;
  let outcome: UpsertOutcome;
  try {
    outcome = await catalog.upsert(movie, { demandHeld: demandLock });
  } catch (error) {
    signal.throwIfAborted();
    // One that has lost its lock has nothing to say about the film, later neither.
    if (!(error instanceof IngestError) || error.exit === 'locked') throw error;
    throw await keepForLater(movie, error, context);
  }
  await demandLock();
  await outbox.remove(movie.slug);
  await keepRecord(published.manifest, context, { exactly: outcome === 'updated' });
  return outcome;
}

async function keepForLater(
  movie: Movie,
  error: IngestError,
  { outbox, syncCommand }: SaveContext,
): Promise<IngestError> {
  const isKept = await outbox.put(movie).then(
    () => true,
    () => false, // the disk of the state folder is full as well
  );
  const whereabouts = isKept
    ? 'its document waits in the outbox.'
    : 'its document is in the store, and the outbox cannot be written either.';
  return new IngestError(error.exit === 'space' ? 'space' : 'catalog', {
    what: error.message,
    why: [error.why, `The film is published and safe; ${whereabouts}`]
      .filter((part) => part !== undefined)
      .join(' '),
    fix: [error.fix, `Then, without encoding again: ${syncCommand}`]
      .filter((part) => part !== undefined)
      .join(' '),
    isOfOneFilm: error.isOfOneFilm,
    cause: error,
  });
}
