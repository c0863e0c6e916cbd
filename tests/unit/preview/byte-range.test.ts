import { describe, expect, test } from 'vitest';
import { byteRange } from '../../../src/preview/byte-range.ts';

describe('byteRange of 1,000 bytes', () => {
  test.each([
    ['bytes=0-99', { first: 0, last: 99 }],
    ['bytes=999-999', { first: 999, last: 999 }],
    ['bytes=500-', { first: 500, last: 999 }],
    ['bytes=900-5000', { first: 900, last: 999 }],
    ['bytes=-1', { first: 999, last: 999 }],
    ['bytes=-5000', { first: 0, last: 999 }],
    ['BYTES= 0-99', { first: 0, last: 99 }],
  ])('%s is a part', (header, range) => {
    expect(byteRange(header, 1_000)).toEqual(range);
  });

  test.each(['bytes=1000-', 'bytes=1000-2000', 'bytes=-0'])('%s cannot be had', (header) => {
    expect(byteRange(header, 1_000)).toBe('unsatisfiable');
  });

  test.each([
    undefined,
    'bytes=-',
    'bytes=a-b',
    'bytes=5-2',
    'bytes=0-1,5-6',
    'items=0-1',
    'bytes=1.5-2',
  ])('%s is to be ignored', (header) => {
    expect(byteRange(header, 1_000)).toBe('whole');
  });

  test('an empty object has no part', () => {
    expect(byteRange('bytes=0-', 0)).toBe('unsatisfiable');
    expect(byteRange('bytes=-1', 0)).toBe('unsatisfiable');
  });
});
