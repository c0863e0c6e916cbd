import { EJSON, Long, ObjectId } from 'bson';
import { describe, expect, test } from 'vitest';
import { applyChange } from '../../../src/catalog/apply-change.ts';
import { differingFields, mergeMovie } from '../../../src/catalog/merge-movie.ts';
import { toDocument } from '../../../src/catalog/to-document.ts';
import { type MovieChanges, makeMovie, NOON } from '../../contract/catalog-movie.ts';

const newId = new ObjectId();
const now = new Date(NOON.getTime() + 5_000);

function merge(existing: Readonly<Record<string, unknown>> | undefined, changes?: MovieChanges) {
  return mergeMovie({ existing, movie: makeMovie(changes), now, newId });
}

const inserted = () => applyChange(undefined, merge(undefined));

describe('field ownership', () => {
  test('a new document has its id, its date and the guesses only on insert', () => {
    const { outcome, set, setOnInsert, unset } = merge(undefined);
    expect(outcome).toBe('created');
    expect(setOnInsert).toStrictEqual({
      _id: newId,
      title: 'Phim 01',
      description: '',
      year: 2023,
      created_at: NOON,
      version: 1,
    });
    expect(Object.keys(set)).not.toContain('title');
    expect(set).toMatchObject({ updated_at: now, ingested_at: NOON });
    expect(unset).toStrictEqual([]);
  });

  test('what is explicit is set, and then not on insert', () => {
    const { set, setOnInsert } = merge(undefined, { explicit: ['title', 'year'] });
    expect(set).toMatchObject({ title: 'Phim 01', year: 2023 });
    expect(Object.keys(setOnInsert).toSorted()).toStrictEqual([
      '_id',
      'created_at',
      'description',
      'version',
    ]);
  });

  test('of a group that stands only our members are set', () => {
    const { set } = merge(inserted());
    expect(set).toHaveProperty(['metadata.duration'], '01:45:20');
    expect(set).not.toHaveProperty(['metadata']);
  });

  test('a group that is no object is replaced, or MongoDB would refuse (code 28)', () => {
    for (const metadata of [null, 'text', [1]]) {
      const { set } = merge({ ...inserted(), metadata });
      expect(set['metadata']).toMatchObject({ duration: '01:45:20' });
    }
  });

  test('a size that was stored as another type is stored again as Long', () => {
    const document = inserted();
    const metadata = { ...(document['metadata'] as object), size_bytes: 5_368_709_120 };
    expect(merge(document).outcome).toBe('unchanged');
    const change = merge({ ...document, metadata });
    expect(change.outcome).toBe('updated');
    expect(change.set['metadata.size_bytes']).toStrictEqual(Long.fromNumber(5_368_709_120));
  });

  test('the order of members is no change, the order of a list is', () => {
    const document = inserted();
    const reversed = Object.fromEntries(Object.entries(document['storage'] as object).toReversed());
    expect(merge({ ...document, storage: reversed }).outcome).toBe('unchanged');
    const metadata = {
      ...(document['metadata'] as object),
      resolutions: ['1080p', '720p', '360p'],
    };
    expect(merge({ ...document, metadata }).outcome).toBe('updated');
  });

  test('nothing of what was stored is changed in place', () => {
    const document = inserted();
    const before = EJSON.stringify(document);
    applyChange(document, merge(document, { pipeline: { revision: 'r-new' } }));
    expect(EJSON.stringify(document)).toBe(before);
  });
});

describe('what differs', () => {
  test('nothing after an upsert, whatever editors and others did since', () => {
    const others = { title: 'Sửa', views: 1, updated_at: new Date(), version: 9 };
    expect(differingFields({ ...inserted(), ...others }, makeMovie())).toStrictEqual([]);
  });

  test('each field of ours by its path, and those that should not be there', () => {
    const document = inserted();
    const metadata = { ...(document['metadata'] as object), width: 1 };
    const changed = { ...document, metadata, hls_url: 'https://x', deleted_at: new Date() };
    const differing = ['deleted_at', 'hls_url', 'metadata.width'];
    expect(differingFields(changed, makeMovie())).toStrictEqual(differing);
  });
});

test('sizes become Long at any depth, what is undefined is left out, the rest stays', () => {
  const date = new Date();
  expect(
    toDocument({
      size: 5,
      width: 5,
      text: '5',
      none: undefined,
      list: [{ bytes: 0, date }],
      size_bytes: 1.5,
    }),
  ).toStrictEqual({
    size: Long.fromNumber(5),
    width: 5,
    text: '5',
    list: [{ bytes: Long.fromNumber(0), date }],
    size_bytes: 1.5,
  });
});
