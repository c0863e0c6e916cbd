import { differingFields } from '../catalog/merge-movie.ts';
import { staleFields } from '../catalog/stamp-movie.ts';
import { isPlainObject } from '../catalog/to-document.ts';
import type { CatalogDocument } from '../model/catalog.ts';
import type { Movie } from '../model/movie.ts';
import { movieFromJson } from '../model/movie-json.ts';
import { type ListedObject, publicUrl, type Store } from '../model/store.ts';
import { keys, objectHeaders } from '../plan/keys.ts';
import type { DocumentState, FilmState } from '../reconcile/film-state.ts';
import type { LibraryContext } from './context.ts';
import { describeStore } from './describe-store.ts';
import { type FilmListing, listFilm, listPosters } from './list-films.ts';
import { readFilm, type StoredFilm } from './read-film.ts';

/** A film as it was looked at, with what the look was made of. */
export type Film = Readonly<{
  slug: string;
  state: FilmState;
  stored: StoredFilm;
  poster: ListedObject | undefined;
  document: CatalogDocument | undefined;
  /** The document as the manifest records it. */
  recorded: Movie | undefined;
}>;

export type LookOptions = Readonly<{
  isBusy: boolean;
  isWaiting: boolean;
  wasSeen: (prefix: string) => boolean;
  /** Asks for the headers of every object: a request for each. */
  withHeaders?: boolean;
  twinOf?: (film: Pick<Film, 'slug' | 'recorded'>) => string | undefined;
}>;

type LookContext = Pick<LibraryContext, 'store' | 'catalog' | 'signal'>;

/** Looks at one film: its document is asked for, and of its objects the manifest is read. */
export async function lookAtFilm(
  listing: FilmListing,
  poster: ListedObject | undefined,
  options: LookOptions,
  { store, catalog, signal }: LookContext,
): Promise<Film> {
  const { slug } = listing;
  const document = await catalog.findBySlug(slug);
  const revision = document?.['revision'];
  const hint = typeof revision === 'string' ? revision : undefined;
  const stored = await readFilm(listing, { store, hint, signal });
  const recorded = stored.manifest && movieFromJson(stored.manifest.movie);
  const mislabelled = options.withHeaders ? await findMislabelled(stored, { store, signal }) : [];
  return {
    slug,
    stored,
    poster,
    document,
    recorded,
    state: {
      slug,
      isBusy: options.isBusy,
      isWaiting: options.isWaiting,
      store: describeStore(stored, { poster, store, wasSeen: options.wasSeen, mislabelled }),
      document: document && describeDocument(document, recorded, store),
      twin: options.twinOf?.({ slug, recorded }),
    },
  };
}

/** The same, of a film whose objects have to be listed first. */
export async function lookAgain(
  slug: string,
  options: LookOptions,
  context: LookContext,
): Promise<Film> {
  const { store, signal } = context;
  const listing = await listFilm(store, slug, signal);
  const posters = await listPosters(store, keys.poster(slug), signal);
  return lookAtFilm(listing, posters.get(keys.poster(slug)), options, context);
}

function describeDocument(
  document: CatalogDocument,
  recorded: Movie | undefined,
  store: Store,
): DocumentState {
  const status = document['status'];
  return {
    status: typeof status === 'string' ? status : '',
    isOurs: isOurs(document, store),
    differing: recorded === undefined ? [] : differingFields(document, recorded),
    stale: recorded === undefined ? [] : staleFields(recorded, document),
    changedAtMs: timeOf(document['updated_at']) ?? timeOf(document['created_at']),
    deletedAtMs: timeOf(document['deleted_at']),
  };
}

/** A catalogue may hold films of other stores, and documents of others that only play what they name. */
function isOurs(document: CatalogDocument, store: Store): boolean {
  const { storage } = document;
  if (!isPlainObject(storage)) {
    return document.hls_url === publicUrl(store, keys.master(document.slug));
  }
  return storage['provider'] === store.kind && storage['bucket'] === store.bucket;
}

function timeOf(value: unknown): number | undefined {
  return value instanceof Date ? value.getTime() : undefined;
}

const HEADERS_AT_ONCE = 16;

async function findMislabelled(
  { slug, objects }: StoredFilm,
  { store, signal }: Pick<LibraryContext, 'store' | 'signal'>,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  const left = [...objects.map(({ key }) => key), keys.poster(slug)];
  const work = async () => {
    for (let key = left.shift(); key !== undefined; key = left.shift()) {
      const headers = await store.headers(key, { signal });
      if (headers === undefined || !/\.(?:m3u8|ts|jpg|json|m4s|mp4|vtt)$/.test(key)) continue;
      const { contentType, cacheControl } = objectHeaders(key);
      const isRight = headers.contentType === contentType && headers.cacheControl === cacheControl;
      if (!isRight) wrong.push(key);
    }
  };
  await Promise.all(Array.from({ length: HEADERS_AT_ONCE }, work));
  return wrong.toSorted();
}
