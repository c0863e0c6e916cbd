import { isSlug } from '../lib/make-slug.ts';
import type { ListedObject, Store } from '../model/store.ts';

/** All objects of one film below `videos/<slug>/`, in key order. */
export type FilmListing = Readonly<{ slug: string; objects: readonly ListedObject[] }>;

/**
 * The films of a store, one after the other, from one listing: a film's keys stand together, as they
 * share all up to the slash. No more than one film is held. Keys that this program cannot have written
 * are passed over.
 */
export async function* listFilms(
  store: Pick<Store, 'list'>,
  signal: AbortSignal,
): AsyncGenerator<FilmListing> {
  let slug = '';
  let objects: ListedObject[] = [];
  for await (const object of store.list('videos/', { signal })) {
    const [, next = '', rest] = object.key.split('/', 3);
    if (rest === undefined || !isSlug(next) || !isOurKey(object.key)) continue;
    if (next !== slug) {
      if (objects.length > 0) yield { slug, objects };
      slug = next;
      objects = [];
    }
    objects.push(object);
  }
  if (objects.length > 0) yield { slug, objects };
}

/** One film's, listed by itself. Empty for a film that the store does not have. */
export async function listFilm(
  store: Pick<Store, 'list'>,
  slug: string,
  signal: AbortSignal,
): Promise<FilmListing> {
  const objects: ListedObject[] = [];
  for await (const object of store.list(`videos/${slug}/`, { signal })) {
    if (isOurKey(object.key)) objects.push(object);
  }
  return { slug, objects };
}

/** The posters of a store, or of one film. */
export async function listPosters(
  store: Pick<Store, 'list'>,
  prefix: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ListedObject>> {
  const posters = new Map<string, ListedObject>();
  for await (const object of store.list(prefix, { signal })) posters.set(object.key, object);
  return posters;
}

function isOurKey(key: string): boolean {
  return /^[a-z0-9][a-z0-9._/-]*$/.test(key);
}
