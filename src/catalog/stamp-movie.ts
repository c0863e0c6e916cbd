import { isDeepStrictEqual } from 'node:util';
import { EJSON, type ObjectId } from 'bson';
import type { CatalogDocument } from '../model/catalog.ts';
import type { DocumentStamp, EditorialFields, Movie } from '../model/movie.ts';
import { versionOf } from './merge-movie.ts';
import { EDITORIAL_FIELDS } from './sidecar.ts';

/** What of a film outlives its encodes: which document it is, and what editors made of it. */
export type Standing = Pick<Movie, 'editorial' | 'stamp'>;

export type StampOptions = Readonly<{
  /** Of the film that this one takes the place of; undefined for a new one. */
  standing: Standing | undefined;
  /** Becomes `updated_at`. */
  now: Date;
  /** Fresh; for a film that has no document yet. */
  newId: ObjectId;
}>;

/**
 * The movie as its document will stand once it is in the catalogue, before it is there: with the id,
 * the date and the editorial fields of the document that stands, but for those that are `explicit`.
 * Pure.
 */
export function stampMovie(movie: Movie, { standing, now, newId }: StampOptions): Movie {
  const given = Object.fromEntries(movie.explicit.map((field) => [field, movie.editorial[field]]));
  const old = readStamp(standing?.stamp);
  const stamp = {
    _id: old['_id'] ?? newId,
    created_at: old['created_at'] ?? movie.ingestedAt,
    updated_at: now,
    version: (versionOf(old) ?? 0) + 1,
  };
  const editorial = { ...(standing?.editorial ?? movie.editorial), ...given } as EditorialFields;
  return { ...movie, editorial, stamp: printStamp(stamp) };
}

/**
 * The movie as its document stands now. Equal to `movie` when the document is as it was when the movie
 * was recorded. Pure.
 */
export function recordDocument(movie: Movie, document: CatalogDocument): Movie {
  const { editorial, stamp } = standingOf(document, movie.editorial);
  return { ...movie, editorial, ...(stamp === undefined ? {} : { stamp }) };
}

/** Which members of the record are behind the document: `title`, `_id`. Its own bookkeeping aside. */
export function staleFields(movie: Movie, document: CatalogDocument): readonly string[] {
  const now = recordDocument(movie, document);
  const editorial = EDITORIAL_FIELDS.filter(
    (field) => !isDeepStrictEqual(movie.editorial[field], now.editorial[field]),
  );
  const identity = (['_id', 'created_at'] as const).filter(
    (field) => !isDeepStrictEqual(movie.stamp?.[field], now.stamp?.[field]),
  );
  return [...identity, ...editorial];
}

/** `fallback` for a title and a description that the document does not have. */
export function standingOf(document: CatalogDocument, fallback: EditorialFields): Standing {
  const found = EDITORIAL_FIELDS.flatMap((field) => {
    const value = document[field];
    return value === undefined || value === null ? [] : [[field, plain(value)] as const];
  });
  const { title, description } = fallback;
  return {
    editorial: { title, description, ...(Object.fromEntries(found) as Partial<EditorialFields>) },
    stamp: printStamp(document),
  };
}

const STAMPED = ['_id', 'created_at', 'updated_at', 'version'] as const;

function printStamp(fields: Readonly<Record<string, unknown>>): DocumentStamp {
  const known = STAMPED.filter((field) => fields[field] !== undefined);
  const stamp = Object.fromEntries(known.map((field) => [field, fields[field]]));
  return EJSON.serialize(stamp, { relaxed: false }) as DocumentStamp;
}

function readStamp(stamp: DocumentStamp | undefined): Readonly<Record<string, unknown>> {
  return EJSON.deserialize({ ...stamp }, { relaxed: false }) as Record<string, unknown>;
}

/** Editorial fields are texts, numbers and lists of them; numbers of BSON's own become plain ones. */
function plain(value: unknown): unknown {
  return (EJSON.serialize({ value }, { relaxed: true }) as { value: unknown }).value;
}
