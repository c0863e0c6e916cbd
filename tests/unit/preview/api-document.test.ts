import { Binary, Decimal128, Double, Int32, Long, ObjectId } from 'bson';
import { expect, test } from 'vitest';
import { apiDocument } from '../../../src/preview/api-document.ts';

test('a document is answered in plain JSON: ids in hex, dates in ISO form, sizes as numbers', () => {
  const document = {
    _id: new ObjectId('0123456789abcdef01234567'),
    slug: 'x',
    created_at: new Date('2024-05-01T10:00:00Z'),
    broken_at: new Date(Number.NaN),
    storage: {
      bytes: Long.fromNumber(5_368_709_120),
      objects: new Int32(7),
      share: new Double(0.5),
    },
    price: Decimal128.fromString('9.90'),
    hash: new Binary(Buffer.from('abc')),
    count: 5n,
    cast: [{ name: 'Ngô Thanh Vân', order: 1 }],
    nothing: null,
  };
  expect(JSON.parse(JSON.stringify(apiDocument(document, (text) => text)))).toEqual({
    _id: '0123456789abcdef01234567',
    slug: 'x',
    created_at: '2024-05-01T10:00:00Z',
    broken_at: null,
    storage: { bytes: 5_368_709_120, objects: 7, share: 0.5 },
    price: '9.90',
    hash: 'YWJj',
    count: 5,
    cast: [{ name: 'Ngô Thanh Vân', order: 1 }],
    nothing: null,
  });
});

test('every text is rewritten, however deep', () => {
  const document = { slug: 'a', hls_url: 'a', renditions: [{ url: 'a' }] };
  expect(apiDocument(document, (text) => text.toUpperCase())).toEqual({
    slug: 'A',
    hls_url: 'A',
    renditions: [{ url: 'A' }],
  });
});

test('a field called __proto__ stays a field', () => {
  const document = JSON.parse('{"slug":"x","__proto__":{"polluted":true}}');
  expect(JSON.stringify(apiDocument(document, (text) => text))).toBe(
    '{"slug":"x","__proto__":{"polluted":true}}',
  );
});
