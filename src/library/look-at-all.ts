import { IngestError } from '../errors.ts';
import { isSlug } from '../lib/make-slug.ts';
import type { ListedObject } from '../model/store.ts';
import { keys } from '../plan/keys.ts';
import type { LibraryContext } from './context.ts';
import { inOrder } from './in-order.ts';
import { type FilmListing, listFilm, listFilms, listPosters } from './list-films.ts';
import { type Film, type LookOptions, lookAtFilm } from './look-at-film.ts';

/** Films looked at side by side: what is held of each is its listing and its manifest. */
const AT_ONCE = 6;

/** What is known of the library as a whole while its films are looked at. */
export type Watch = Readonly<{
  /** Of all documents. */
  documents: ReadonlySet<string>;
  outbox: ReadonlySet<string>;
  optionsFor: (slug: string) => LookOptions;
}>;

export async function watchLibrary(
  { locks, catalog, outbox, openSeen }: LibraryContext,
  { withHeaders }: Readonly<{ withHeaders: boolean }>,
): Promise<Watch> {
  const seen = await openSeen();
  const waiting = new Set(await outbox.slugs());
  const held = await locks.held();
  const documents = new Set<string>();
  for await (const { slug } of catalog.list()) if (isSlug(slug)) documents.add(slug);
  const firstOf = new Map<string, string>();
  const twinOf: LookOptions['twinOf'] = ({ slug, recorded }) => {
    const fingerprint = recorded?.pipeline.source.fingerprint;
    if (fingerprint === undefined) return undefined;
    const first = firstOf.get(fingerprint) ?? slug;
    firstOf.set(fingerprint, first);
    return first === slug ? undefined : first;
  };
  return {
    documents,
    outbox: waiting,
    optionsFor: (slug) => ({
      isBusy: held.has(slug),
      isWaiting: waiting.has(slug),
      wasSeen: seen.has,
      withHeaders,
      twinOf,
    }),
  };
}

export type LookAtAllOptions = Readonly<{
  /** All films of store, catalogue and outbox when empty. */
  slugs: readonly string[];
  watch: Watch;
}>;

/**
 * Looks at every film once, first those of the store in the order of its keys, then what only the
 * catalogue or the outbox has, and gives what `work` made of each. The store is listed once, page by
 * page; a film costs one read beside. Documents of films in other stores are passed over. Throws
 * `drift` when the store shows no film though the catalogue has films of this very store that nobody deleted.
 */
export async function* lookAtAll<Result>(
  { slugs, watch }: LookAtAllOptions,
  context: LibraryContext,
  work: (film: Film) => Promise<Result>,
): AsyncGenerator<Result> {
  const { store, signal } = context;
  const prefix = slugs.length === 1 ? keys.poster(slugs[0] ?? '') : 'posters/';
  const posters = await listPosters(store, prefix, signal);
  const look = async (listing: FilmListing, poster: ListedObject | undefined): Promise<Film> =>
    lookAtFilm(listing, poster, watch.optionsFor(listing.slug), context);
  const each = async (listing: FilmListing) =>
    work(await look(listing, posters.get(keys.poster(listing.slug))));
  if (slugs.length > 0) {
    yield* inOrder(listEach(slugs, context), AT_ONCE, each);
    return;
  }
  const listed = new Set<string>();
  yield* inOrder(noting(listFilms(store, signal), listed), AT_ONCE, each);
  const others = [...new Set([...watch.documents, ...watch.outbox])]
    .filter((slug) => !listed.has(slug))
    .toSorted();
  const films = inOrder(withoutObjects(others), AT_ONCE, async (listing) =>
    look(listing, undefined),
  );
  for await (const film of films) {
    const { document, isWaiting } = film.state;
    if (document?.isOurs !== true && !isWaiting) continue; // of another store, or nobody's film
    // Of what was deleted the store may have nothing any more: a purge that was cut off.
    const isExpected = document?.isOurs === true && document.status !== 'deleted';
    if (listed.size === 0 && isExpected) throw emptyStore(context);
    yield await work(film);
  }
}

async function* listEach(
  slugs: readonly string[],
  { store, signal }: LibraryContext,
): AsyncGenerator<FilmListing> {
  for (const slug of slugs) yield await listFilm(store, slug, signal);
}

async function* noting(
  listings: AsyncIterable<FilmListing>,
  slugs: Set<string>,
): AsyncGenerator<FilmListing> {
  for await (const listing of listings) {
    slugs.add(listing.slug);
    yield listing;
  }
}

async function* withoutObjects(slugs: readonly string[]): AsyncGenerator<FilmListing> {
  for (const slug of slugs) yield { slug, objects: [] };
}

function emptyStore({ store, catalog }: LibraryContext): IngestError {
  return new IngestError('drift', {
    what: `${store.name} shows no film, but ${catalog.name} has films of it: nothing was done`,
    why: 'A wrong bucket, or a disk that is not mounted, looks like this.',
    fix: 'Look at the store: movie-ingest doctor',
  });
}
