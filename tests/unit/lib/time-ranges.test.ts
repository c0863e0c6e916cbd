import { describe, expect, test } from 'vitest';
import { commonRanges, joinRanges } from '../../../src/lib/time-ranges.ts';

const ranges = (...pairs: readonly (readonly [number, number])[]) =>
  pairs.map(([startMs, endMs]) => ({ startMs, endMs }));

describe('joinRanges', () => {
  test('makes one of those that touch, overlap or are near, in any order', () => {
    const joined = joinRanges(
      ranges([900, 1_000], [0, 100], [50, 80], [100, 200], [1_100, 2_000]),
      100,
    );
    expect(joined).toEqual(ranges([0, 200], [900, 2_000]));
  });

  test('keeps what is farther apart', () => {
    expect(joinRanges(ranges([0, 1], [102, 103]), 100)).toEqual(ranges([0, 1], [102, 103]));
  });
});

describe('commonRanges', () => {
  test.each([
    ['nothing in common', ranges([0, 10]), ranges([10, 20]), []],
    ['one within the other', ranges([0, 100]), ranges([20, 30]), ranges([20, 30])],
    [
      'one that covers several',
      ranges([0, 100]),
      ranges([0, 10], [50, 200]),
      ranges([0, 10], [50, 100]),
    ],
    ['several in several', ranges([0, 10], [20, 30]), ranges([5, 25]), ranges([5, 10], [20, 25])],
    [
      'one without an end',
      ranges([5, 10]),
      [{ startMs: 7, endMs: Number.POSITIVE_INFINITY }],
      ranges([7, 10]),
    ],
  ])('%s', (_what, some, others, common) => {
    expect(commonRanges(some, others)).toEqual(common);
    expect(commonRanges(others, some)).toEqual(common);
  });
});
