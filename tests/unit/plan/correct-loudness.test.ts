import { describe, expect, test } from 'vitest';
import type { AudioRendition } from '../../../src/model/plan.ts';
import { correctLoudness, meetsLimiter } from '../../../src/plan/correct-loudness.ts';

test.each([
  ['met the target', { plain: -23, reckoned: -23, made: -16 }, -23],
  ['missed it by less than anybody hears', { plain: -23, reckoned: -23, made: -16.5 }, -23],
  ['lost 2 dB to the limiter', { plain: -23, reckoned: -23, made: -18 }, -25],
  ['lost another', { plain: -23, reckoned: -25, made: -17 }, -26],
  ['lost more than is made up for', { plain: -23, reckoned: -25, made: -22 }, -29],
  ['came out louder', { plain: -23, reckoned: -23, made: -15 }, -23],
])('a track that %s', (_, measured, expected) => {
  expect(correctLoudness(measured)).toBeCloseTo(expected, 5);
});

describe('the gain meets the limiter', () => {
  const loud = { integratedLufs: -23, rangeLu: 5, truePeakDbtp: -6 };
  const lifted = (gainDb?: number) => ({ gainDb }) as AudioRendition;

  test.each([
    ['where it lifts a peak above −1.5 dBTP', lifted(5), loud, true],
    ['not where it stays below', lifted(4), loud, false],
    ['not without gain', lifted(), loud, false],
    ['not in silence', lifted(30), { integratedLufs: -70, rangeLu: 0 }, false],
  ])('%s', (_, rendition, plain, expected) => {
    expect(meetsLimiter(rendition, plain)).toBe(expected);
  });
});
