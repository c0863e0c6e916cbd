import { createHash } from 'node:crypto';
import { readRevision } from '../hls/read-playlist.ts';
import type { Manifest } from '../model/manifest.ts';
import type { ListedObject, Store } from '../model/store.ts';
import { keys } from '../plan/keys.ts';
import { parseManifest } from '../publish/read-published.ts';
import type { StoreState } from '../reconcile/film-state.ts';
import type { FilmListing } from './list-films.ts';

/** A film as the store has it: its listing, and what the manifest of its revision says. */
export type StoredFilm = FilmListing &
  Readonly<{
    masterState: StoreState['master'];
    master: ListedObject | undefined;
    revision: string | undefined;
    manifestState: StoreState['manifest'];
    manifest: Manifest | undefined;
  }>;

type ReadOptions = Readonly<{
  store: Pick<Store, 'get'>;
  /** The revision that the catalogue names: usually right, and then one read is all it takes. */
  hint: string | undefined;
  signal: AbortSignal;
}>;

type Record = Readonly<{ manifest: Manifest | undefined; manifestState: StoreState['manifest'] }>;

const NO_RECORD: Record = { manifest: undefined, manifestState: 'missing' };

/**
 * Finds the revision that viewers have and reads its manifest. One read where the store tells MD5s and
 * the revision can be guessed: the manifest holds the text of the master, whose MD5 the listing shows.
 */
export async function readFilm(listing: FilmListing, options: ReadOptions): Promise<StoredFilm> {
  const { slug, objects } = listing;
  const master = objects.find(({ key }) => key === keys.master(slug));
  const published = publishedRevisions(listing);
  const guess = guessRevision(published, options.hint, master === undefined);
  const guessed = guess === undefined ? NO_RECORD : await readRecord(slug, guess, options);
  const film = { ...listing, master };
  if (master === undefined) {
    return { ...film, masterState: 'absent', revision: guess, ...guessed };
  }
  const { manifest } = guessed;
  if (manifest !== undefined && isText(manifest.master, master)) {
    return { ...film, masterState: 'as recorded', revision: guess, ...guessed };
  }
  const text = (await options.store.get(master.key, options))?.toString('utf8') ?? '';
  const revision = readRevision(text);
  if (revision === undefined) {
    const masterState = guess === undefined ? 'foreign' : 'other';
    return { ...film, masterState, revision: guess, ...guessed };
  }
  const isThere = published.some(({ name }) => name === revision);
  const record =
    revision === guess ? guessed : isThere ? await readRecord(slug, revision, options) : NO_RECORD;
  const differs = record.manifest !== undefined && record.manifest.master !== text;
  return { ...film, masterState: differs ? 'other' : 'as recorded', revision, ...record };
}

export type RevisionListing = Readonly<{
  name: string;
  objects: readonly ListedObject[];
  /** The last write to any of its objects but the manifest, which is kept up with the document. */
  madeAtMs: number;
}>;

/** The revisions that have a manifest, the latest made first. */
export function publishedRevisions(listing: FilmListing): readonly RevisionListing[] {
  return revisionsOf(listing)
    .filter(({ name, objects }) =>
      objects.some(({ key }) => key === keys.manifest(listing.slug, name)),
    )
    .toSorted((a, b) => b.madeAtMs - a.madeAtMs);
}

/** All that stands in a folder of its own below `videos/<slug>/`. */
export function revisionsOf({ slug, objects }: FilmListing): readonly RevisionListing[] {
  const folders = new Map<string, ListedObject[]>();
  for (const object of objects) {
    const [, , name = '', rest] = object.key.split('/', 4);
    if (rest === undefined) continue;
    const siblings = folders.get(name);
    if (siblings === undefined) folders.set(name, [object]);
    else siblings.push(object);
  }
  return [...folders].map(([name, own]) => {
    const manifestKey = keys.manifest(slug, name);
    const made = own.filter(({ key }) => key !== manifestKey);
    return { name, objects: own, madeAtMs: latest(made.length > 0 ? made : own) };
  });
}

/** The last write to any of them. */
export function latest(objects: readonly ListedObject[]): number {
  return objects.reduce((last, { modifiedAtMs }) => Math.max(last, modifiedAtMs), 0);
}

function guessRevision(
  published: readonly RevisionListing[],
  hint: string | undefined,
  isMasterGone: boolean,
): string | undefined {
  if (published.some(({ name }) => name === hint)) return hint;
  return published.length === 1 || isMasterGone ? published[0]?.name : undefined;
}

async function readRecord(
  slug: string,
  revision: string,
  { store, signal }: ReadOptions,
): Promise<Record> {
  const body = await store.get(keys.manifest(slug, revision), { signal });
  if (body === undefined) return NO_RECORD;
  const manifest = parseManifest(body);
  const isOwn = manifest?.slug === slug && manifest.revision === revision;
  return isOwn
    ? { manifest, manifestState: 'there' }
    : { manifest: undefined, manifestState: 'unreadable' };
}

/** Of a store that tells no MD5s it is not known. */
function isText(text: string, { md5, bytes }: ListedObject): boolean {
  return bytes === Buffer.byteLength(text) && md5 === createHash('md5').update(text).digest('hex');
}
