import { isDeepStrictEqual } from 'node:util';
import { EJSON, ObjectId } from 'bson';
import type { UpsertOutcome } from '../model/catalog.ts';
import type { Movie } from '../model/movie.ts';
import { isPlainObject, toDocument } from './to-document.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What is to be written. Keys are paths, `metadata.duration`; no path stands in two of the three. */
export type MovieChange = Readonly<{
  outcome: UpsertOutcome;
  set: Fields;
  /** Only if there turns out to be no document. */
  setOnInsert: Fields;
  /** Optional fields of ours that this film has no more. */
  unset: readonly string[];
}>;

export type MergeOptions = Readonly<{
  /** As stored, BSON types kept; undefined when there is none. */
  existing: Fields | undefined;
  movie: Movie;
  /** Time of the write: `updated_at`. */
  now: Date;
  /** Fresh; becomes `_id` on insert. */
  newId: ObjectId;
}>;

/**
 * Who owns which field, for every catalogue alike. Pipeline fields are always set; of `metadata`,
 * `storage`, `source` and `encoder` only our own members, so that what others added there stays.
 * Editorial fields are set when `movie.explicit` names them, else on insert only. `_id`, `created_at`
 * and fields that are not ours are never changed; `thumbnail_url` not while `thumbnail_locked` is
 * true, `schema_version` not to a lower one. `unchanged` when all that would be set is there already;
 * `updated_at`, `ingested_at` and `version` alone are no change. A movie's stamp is what the document
 * is inserted with. Nothing in it counts: a write that timed out
 * may have happened, and this one may follow it (test-servers.md §2.3).
 */
export function mergeMovie({ existing, movie, now, newId }: MergeOptions): MovieChange {
  const { explicit, guessed } = splitEditorial(movie);
  const { owned, left } = splitPipeline(existing, toDocument(movie.pipeline));
  const wanted = { ...explicit, ...owned };
  const unset = OPTIONAL.filter((path) => has(existing ?? {}, path) && !has(wanted, path));
  const stamp = readStamp(movie);
  const version = nextVersion(existing, stamp);
  const updatedAt = later(stamp['updated_at'], existing?.['updated_at']) ?? now;
  const change = {
    set: {
      ...wanted,
      updated_at: updatedAt,
      ingested_at: movie.ingestedAt,
      ...(existing === undefined ? {} : { version }),
    },
    setOnInsert: {
      _id: stamp['_id'] ?? newId,
      ...guessed,
      ...left,
      created_at: stamp['created_at'] ?? movie.ingestedAt,
      ...(existing === undefined ? { version } : {}),
    },
    unset,
  };
  assertDisjoint(change);
  return { outcome: outcomeOf(existing, wanted, unset), ...change };
}

function readStamp({ stamp = {} }: Movie): Fields {
  return EJSON.deserialize(stamp, { relaxed: false }) as Fields;
}

/** Set, not counted up by the server: this write may follow itself after a lost answer. */
function nextVersion(existing: Fields | undefined, stamp: Fields): number {
  const stamped = versionOf(stamp) ?? 1;
  return existing === undefined ? stamped : Math.max((versionOf(existing) ?? 0) + 1, stamped);
}

/** The document's own counter, of whatever number type; undefined where it has none. */
export function versionOf(document: Fields): number | undefined {
  const version = document['version'];
  const number = typeof version === 'number' ? version : Number(String(version ?? 'none'));
  return Number.isSafeInteger(number) ? number : undefined;
}

/** Undefined unless `date` is behind `than`: who asks for what changed since must not miss a change. */
function later(date: unknown, than: unknown): Date | undefined {
  if (!(date instanceof Date)) return undefined;
  return than instanceof Date && than >= date ? undefined : date;
}

/** Of our optional members, those that a later ingest may have to take away again. */
const OPTIONAL = [
  'metadata.audio_codec',
  'storage.bucket',
  'source.fingerprint',
  'source.duplicate_of',
  // Of a film that was taken away or found broken, and is in again.
  'deleted_at',
  'error',
] as const;

function splitEditorial(movie: Movie): Readonly<{ explicit: Fields; guessed: Fields }> {
  const entries = Object.entries(toDocument(movie.editorial));
  const isExplicit = (key: string) => movie.explicit.some((it) => it === key);
  return {
    explicit: Object.fromEntries(entries.filter(([key]) => isExplicit(key))),
    guessed: Object.fromEntries(entries.filter(([key]) => !isExplicit(key))),
  };
}

/** `left` is what is ours but must not be overwritten in this document. */
function splitPipeline(
  existing: Fields | undefined,
  pipeline: Fields,
): Readonly<{ owned: Fields; left: Fields }> {
  const { schema_version: version, thumbnail_url: thumbnail, ...rest } = pipeline;
  const owned: Record<string, unknown> = {};
  const left: Record<string, unknown> = {};
  const isNewer = Number(existing?.['schema_version'] ?? 0) > Number(version);
  (isNewer ? left : owned)['schema_version'] = version;
  (existing?.['thumbnail_locked'] === true ? left : owned)['thumbnail_url'] = thumbnail;
  for (const [key, value] of Object.entries(rest)) {
    if (isPlainObject(value) && isPlainObject(existing?.[key])) {
      for (const [member, it] of Object.entries(value)) owned[`${key}.${member}`] = it;
    } else owned[key] = value;
  }
  return { owned, left };
}

function outcomeOf(
  existing: Fields | undefined,
  wanted: Fields,
  unset: readonly string[],
): UpsertOutcome {
  if (existing === undefined) return 'created';
  const isSame = Object.entries(wanted).every(([path, value]) =>
    isEqual(valueAt(existing, path), value),
  );
  return isSame && unset.length === 0 ? 'unchanged' : 'updated';
}

/** Equal in value and BSON type, in whatever order the members stand. */
export function isEqual(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(comparable(a), comparable(b));
}

/** Values of BSON become texts: the driver brings its own copy of the classes, unequal to ours. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (isPlainObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, comparable(member)]),
    );
  }
  const type = (value as { _bsontype?: string } | null | undefined)?._bsontype;
  return type === undefined ? value : `${type} ${String(value)}`;
}

/**
 * The fields of ours that do not stand in the document as this movie has them, editorial ones aside:
 * `hls_url`, `metadata.width`. Empty when an upsert would change nothing.
 */
export function differingFields(existing: Fields, movie: Movie): readonly string[] {
  const options = { existing, movie: { ...movie, explicit: [] }, now: movie.ingestedAt };
  const { set, unset } = mergeMovie({ ...options, newId: new ObjectId() });
  const differing = Object.entries(set)
    .filter(([path]) => !BOOKKEEPING.has(path))
    .filter(([path, value]) => !isEqual(valueAt(existing, path), value));
  return [...differing.map(([path]) => path), ...unset].toSorted();
}

/** Differs whenever anything else does, and alone means nothing. */
const BOOKKEEPING = new Set(['updated_at', 'ingested_at', 'version']);

/** The value at `metadata.duration`, in a document or among paths. */
function valueAt(fields: Fields, path: string): unknown {
  if (path in fields) return fields[path];
  const [group = '', member = ''] = path.split('.');
  const parent = fields[group];
  return isPlainObject(parent) ? parent[member] : undefined;
}

function has(fields: Fields, path: string): boolean {
  return valueAt(fields, path) !== undefined;
}

/** A real mongod refuses two operators on one path (code 40); a double would not notice. */
function assertDisjoint({ set, setOnInsert, unset }: Omit<MovieChange, 'outcome'>): void {
  const paths = [...Object.keys(set), ...Object.keys(setOnInsert), ...unset].toSorted();
  const clash = paths.find((path, index) => {
    const next = paths[index + 1];
    return next === path || next?.startsWith(`${path}.`) === true;
  });
  if (clash !== undefined) throw new Error(`${clash} is written twice`);
}
