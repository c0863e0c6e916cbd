import { EDITORIAL_FIELDS } from '../catalog/sidecar.ts';
import { staleFields } from '../catalog/stamp-movie.ts';
import { listRungs } from '../hls/read-playlist.ts';
import type { Manifest } from '../model/manifest.ts';
import type { EditorialFields, Movie } from '../model/movie.ts';
import { movieFromJson, movieToJson } from '../model/movie-json.ts';
import { keys, objectHeaders } from '../plan/keys.ts';
import type { Action } from '../reconcile/decide.ts';
import { rebaseMovie } from '../reconcile/rebase-movie.ts';
import { changeDocument } from './change-document.ts';
import type { LibraryContext } from './context.ts';
import { keepRecord, writeManifest } from './keep-record.ts';
import { listFilm } from './list-films.ts';
import type { Film } from './look-at-film.ts';
import { makePosterAgain } from './make-poster-again.ts';
import { purgeFilm } from './purge-film.ts';
import { putMaster } from './put-master.ts';
import { removeFilm } from './remove-film.ts';
import { repairObjects } from './repair-objects.ts';

export type ActOptions = Readonly<{
  /** The store wins over what editors wrote into the catalogue. */
  rebuild: boolean;
  nowMs: number;
}>;

/**
 * Does what `decide` found to be done, under the film's lock, for a film that is as it was looked at.
 * Repeating it does no harm. False when it could not be done here, without harm.
 */
export async function act(
  action: Action,
  film: Film,
  options: ActOptions,
  context: LibraryContext,
): Promise<boolean> {
  switch (action.do) {
    case 'write document':
      return writeDocument(film, options, context);
    case 'record document':
      await keepRecord(demandManifest(film), context);
      return true;
    case 'mark broken':
      return mark(film, 'broken', 'the store has no master.m3u8', context);
    case 'mark failed':
      return mark(film, 'failed', 'the run that was at it never ended', context);
    case 'put master':
      await putMaster(demandManifest(film), context);
      return writeDocument(film, options, context);
    case 'repair objects':
      return repairObjects(film, context);
    case 'make poster':
      return makePosterAgain(film, context);
    case 'rewrite urls':
      return rewriteRecord(film, (movie) => rebaseMovie(movie, context.store).movie, context);
    case 'fix rungs':
      return rewriteRecord(film, withRungsOf(demandManifest(film)), context);
    case 'relabel':
      for (const key of film.state.store.mislabelled) {
        await context.store.relabel(key, objectHeaders(key), { signal: context.signal });
      }
      return true;
    case 'finish removal':
      await removeFilm(film, { nowMs: options.nowMs }, context);
      return true;
    case 'purge':
      await purgeFilm(film, context);
      return true;
    case 'remove leftover':
      await removeLeftover(film.slug, action.leftover.prefix, context);
      return true;
  }
}

function demandManifest({ slug, stored }: Film): Manifest {
  if (stored.manifest === undefined) throw new Error(`${slug} has no manifest`);
  return stored.manifest;
}

async function writeDocument(
  film: Film,
  { rebuild }: ActOptions,
  context: LibraryContext,
): Promise<boolean> {
  const { catalog, outbox } = context;
  const manifest = demandManifest(film);
  const recorded = movieFromJson(manifest.movie);
  const waiting = await outbox.get(film.slug);
  await catalog.upsert(withWaiting({ ...recorded, explicit: [] }, waiting));
  await outbox.remove(film.slug);
  if (rebuild) await restoreEditorial(recorded, context);
  await keepRecord(manifest, context, { exactly: film.document !== undefined });
  return true;
}

/** What was given by hand for the document that waits counts; the rest is the store's. */
function withWaiting(recorded: Movie, waiting: Movie | undefined): Movie {
  if (waiting === undefined) return recorded;
  const { explicit, editorial } = waiting;
  const given = Object.fromEntries(explicit.map((field) => [field, editorial[field]]));
  return {
    ...recorded,
    explicit,
    editorial: { ...recorded.editorial, ...(given as Partial<EditorialFields>) },
  };
}

/** Of an editor's fields what the store has, and nothing that it has not. */
async function restoreEditorial(
  recorded: Movie,
  { catalog }: Pick<LibraryContext, 'catalog'>,
): Promise<void> {
  const document = await catalog.findBySlug(recorded.slug);
  if (document === undefined) return;
  const stale: readonly string[] = staleFields(recorded, document);
  const fields = EDITORIAL_FIELDS.filter((field) => stale.includes(field));
  if (fields.length === 0) return;
  const values = fields.map((field) => [field, recorded.editorial[field]]);
  await changeDocument(catalog, recorded.slug, Object.fromEntries(values));
}

async function mark(
  { slug }: Film,
  status: 'broken' | 'failed',
  message: string,
  { catalog }: Pick<LibraryContext, 'catalog'>,
): Promise<boolean> {
  const error = { phase: 'sync', message, at: new Date() };
  return (await changeDocument(catalog, slug, { status, error })) !== undefined;
}

/** The manifest first: a run that ends in between leaves a document that differs, which is settled. */
async function rewriteRecord(
  film: Film,
  rewrite: (movie: Movie) => Movie,
  context: LibraryContext,
): Promise<boolean> {
  const { catalog, store, signal } = context;
  const recorded = demandManifest(film);
  const movie = rewrite(movieFromJson(recorded.movie));
  const manifest = await writeManifest(
    { ...recorded, movie: movieToJson(movie) },
    { store, signal },
  );
  await catalog.upsert({ ...movie, explicit: [] });
  await keepRecord(manifest, context, { exactly: true });
  return true;
}

function withRungsOf({ master }: Manifest): (movie: Movie) => Movie {
  const rungs = listRungs(master);
  return (movie) => {
    const { pipeline } = movie;
    const metadata = { ...pipeline.metadata, resolutions: rungs };
    return { ...movie, pipeline: { ...pipeline, metadata } };
  };
}

/** A revision's manifest first: nobody can switch back to one that is half gone. */
async function removeLeftover(
  slug: string,
  prefix: string,
  { store, signal }: LibraryContext,
): Promise<void> {
  const { objects } = await listFilm(store, slug, signal);
  const found = objects.map(({ key }) => key).filter((key) => key.startsWith(prefix));
  const manifest = found.filter((key) => key === `${prefix}manifest.json`);
  await store.remove(manifest, { signal });
  await store.remove(
    found.filter((key) => !manifest.includes(key) && key !== keys.master(slug)),
    { signal },
  );
}
