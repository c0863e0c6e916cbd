import { expect, test } from 'vitest';
import { sampleTimes } from '../../../src/plan/sample-times.ts';

test.each([
  [1_500, 1],
  [4_000, 1],
  [9_000, 2],
  [30_000, 3],
  [200_000, 6],
  [5_400_000, 12],
])('a film of %i ms is looked at in %i places', (durationMs, places) => {
  expect(sampleTimes(durationMs)).toHaveLength(places);
});

test.each([700, 4_000, 4_100, 8_000, 11_000, 61_000, 300_000, 9_000_000])(
  'of a film of %i ms the pieces lie within it, in order, and none twice',
  (durationMs) => {
    const times = sampleTimes(durationMs);
    let end = 0;
    for (const { startSeconds, seconds } of times) {
      expect(startSeconds).toBeGreaterThanOrEqual(end - 1e-9);
      expect(seconds).toBeGreaterThan(0);
      end = startSeconds + seconds;
    }
    expect(end).toBeLessThanOrEqual(durationMs / 1000 + 1e-9);
  },
);
