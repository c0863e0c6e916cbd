import { EJSON, Long, ObjectId } from 'bson';
import { describe, expect, test } from 'vitest';
import { applyChange } from '../../../src/catalog/apply-change.ts';
import { mergeMovie } from '../../../src/catalog/merge-movie.ts';
import {
  recordDocument,
  staleFields,
  stampMovie,
  standingOf,
} from '../../../src/catalog/stamp-movie.ts';
import type { CatalogDocument } from '../../../src/model/catalog.ts';
import type { Movie } from '../../../src/model/movie.ts';
import { movieFromJson, movieToJson } from '../../../src/model/movie-json.ts';
import { makeMovie, NOON } from '../../contract/catalog-movie.ts';

const now = new Date(NOON.getTime() + 5_000);
const fresh = () => ({ now, newId: new ObjectId() });

function insert(movie: Movie): CatalogDocument {
  const change = mergeMovie({ existing: undefined, movie, now: new Date(), newId: new ObjectId() });
  return { slug: movie.slug, ...applyChange({ ...change.setOnInsert }, change) };
}

const canonical = (document: object) => EJSON.stringify(document, { relaxed: false });

describe('promise 6: a stamp', () => {
  test('makes the same document again, field for field, by way of the manifest', () => {
    const movie = stampMovie(makeMovie(), { standing: undefined, ...fresh() });
    const manifest = JSON.parse(JSON.stringify(movieToJson(movie)));
    expect(canonical(insert(movieFromJson(manifest)))).toBe(canonical(insert(movie)));
  });

  test('of a film that has a document keeps its id, its date and what editors made of it', () => {
    const document = {
      ...insert(stampMovie(makeMovie(), { standing: undefined, ...fresh() })),
      title: 'Sửa tay',
      genres: ['Drama'],
      year: Long.fromNumber(2001),
      version: 4,
      views: 12,
    };
    const standing = standingOf(document, makeMovie().editorial);
    const guessed = makeMovie({ editorial: { title: 'Guessed', tagline: 'Guessed' } });
    const again = stampMovie(guessed, { standing, ...fresh() });
    expect(again.editorial).toEqual({
      title: 'Sửa tay',
      description: '',
      genres: ['Drama'],
      year: 2001,
    });
    expect(insert(again)).toMatchObject({
      _id: (document as CatalogDocument)['_id'],
      created_at: NOON,
      version: 5,
      updated_at: now,
    });
    const named = stampMovie({ ...guessed, explicit: ['title'] }, { standing, ...fresh() });
    expect(named.editorial).toMatchObject({ title: 'Guessed', genres: ['Drama'] });
  });

  test('knows an _id of any type', () => {
    for (const _id of ['507f1f77bcf86cd799439011', 7, new ObjectId()]) {
      const document = { ...insert(makeMovie()), _id };
      const movie = recordDocument(makeMovie(), document);
      const record = movieFromJson(JSON.parse(JSON.stringify(movieToJson(movie))));
      expect(canonical([insert(record)['_id']] as never)).toBe(canonical([_id] as never));
    }
  });
});

test('a record is behind when an editor was there, and not when others or our own counters were', () => {
  const movie = stampMovie(makeMovie(), { standing: undefined, ...fresh() });
  const document = insert(movie);
  expect(staleFields(movie, document)).toEqual([]);
  const seen = { ...document, views: 3, updated_at: new Date(0), version: 99 };
  expect(staleFields(movie, seen)).toEqual([]);
  const edited = { ...document, title: 'Sửa', tags: ['x'] };
  expect(staleFields(movie, edited).toSorted()).toEqual(['tags', 'title']);
  expect(staleFields(recordDocument(movie, edited), edited)).toEqual([]);
  expect(staleFields(makeMovie(), document)).toEqual(['_id', 'created_at']);
});
