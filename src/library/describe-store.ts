import { listRungs } from '../hls/read-playlist.ts';
import type { Manifest } from '../model/manifest.ts';
import { movieFromJson } from '../model/movie-json.ts';
import type { ListedObject, Store } from '../model/store.ts';
import { keys } from '../plan/keys.ts';
import type { Leftover, StoreState } from '../reconcile/film-state.ts';
import { rebaseMovie } from '../reconcile/rebase-movie.ts';
import {
  latest,
  publishedRevisions,
  type RevisionListing,
  revisionsOf,
  type StoredFilm,
} from './read-film.ts';

export type DescribeStoreOptions = Readonly<{
  poster: ListedObject | undefined;
  store: Pick<Store, 'kind' | 'bucket' | 'publicBaseUrl'>;
  wasSeen: (prefix: string) => boolean;
  mislabelled?: readonly string[];
}>;

/** What is to be said of a film's objects, from their listing and the manifest. Pure. */
export function describeStore(film: StoredFilm, options: DescribeStoreOptions): StoreState {
  const { manifest, masterState, revision, manifestState } = film;
  const facts = {
    master: masterState,
    revision,
    manifest: manifestState,
    switchedAtMs: film.master?.modifiedAtMs,
    mislabelled: options.mislabelled ?? [],
    ...describeLeftovers(film, options),
  };
  if (manifest === undefined) return { ...facts, ...NOTHING_KNOWN };
  return {
    ...facts,
    deletedAtMs: manifest.deleted_at === undefined ? undefined : Date.parse(manifest.deleted_at),
    poster: describePoster(film.slug, manifest, options.poster),
    ...compareObjects(film, manifest),
    movedFields: rebaseMovie(movieFromJson(manifest.movie), options.store).fields,
    hasOtherRungs: hasOtherRungs(manifest),
  };
}

const NOTHING_KNOWN = {
  deletedAtMs: undefined,
  poster: 'as recorded',
  missing: [],
  damaged: [],
  movedFields: 0,
  hasOtherRungs: false,
} as const;

function compareObjects({ slug, objects }: StoredFilm, manifest: Manifest) {
  const listed = new Map(objects.map((object) => [object.key, object]));
  const recorded = manifest.objects.filter(({ key }) => key !== keys.poster(slug));
  return {
    missing: recorded.filter(({ key }) => !listed.has(key)).map(({ key }) => key),
    damaged: recorded
      .filter((object) => {
        const there = listed.get(object.key);
        return there !== undefined && !isEqual(there, object);
      })
      .map(({ key }) => key),
  };
}

function describePoster(
  slug: string,
  manifest: Manifest,
  there: ListedObject | undefined,
): StoreState['poster'] {
  const recorded = manifest.objects.find(({ key }) => key === keys.poster(slug));
  if (recorded === undefined) return 'as recorded';
  if (there === undefined) return 'missing';
  return isEqual(there, recorded) ? 'as recorded' : 'other';
}

/** An MD5 that the store does not know is no difference. */
function isEqual(there: ListedObject, recorded: Manifest['objects'][number]): boolean {
  return there.bytes === recorded.bytes && (there.md5 === undefined || there.md5 === recorded.md5);
}

function hasOtherRungs(manifest: Manifest): boolean {
  const recorded = movieFromJson(manifest.movie).pipeline.metadata.resolutions;
  return recorded.toSorted().join() !== listRungs(manifest.master).toSorted().join();
}

function describeLeftovers(film: StoredFilm, { wasSeen }: DescribeStoreOptions) {
  const { slug, revision = '', manifest, objects } = film;
  const own = keys.revision(slug, revision);
  const published = new Set(publishedRevisions(film).map(({ name }) => name));
  const others = revisionsOf(film).filter(({ name }) => name !== revision);
  const leftover = (prefix: string, found: readonly ListedObject[]): Leftover => ({
    prefix,
    objects: found.length,
    bytes: found.reduce((total, { bytes }) => total + bytes, 0),
    modifiedAtMs: latest(found),
    wasSeen: wasSeen(prefix),
  });
  const folder = ({ name, objects: found }: RevisionListing) =>
    leftover(keys.revision(slug, name), found);
  const single = (object: ListedObject) => leftover(object.key, [object]);
  const known = new Set(manifest?.objects.map(({ key }) => key));
  const isStray = ({ key }: ListedObject) =>
    key.startsWith(own) && !known.has(key) && key !== keys.manifest(slug, revision);
  const isLoose = ({ key }: ListedObject) =>
    key.split('/').length === 3 && key !== keys.master(slug);
  return {
    strays: manifest === undefined ? [] : objects.filter(isStray).map(single),
    orphans: [
      ...others.filter(({ name }) => !published.has(name)).map(folder),
      ...objects.filter(isLoose).map(single),
    ],
    oldRevisions: others.filter(({ name }) => published.has(name)).map(folder),
  };
}
