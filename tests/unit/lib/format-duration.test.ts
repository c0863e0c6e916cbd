import { expect, test } from 'vitest';
import { formatDuration } from '../../../src/lib/format-duration.ts';
import { formatRunningTime } from '../../../src/lib/format-running-time.ts';

test.each([
  [0, '0s'],
  [40, '0.1s'],
  [400, '0.4s'],
  [960, '1s'],
  [59_400, '59s'],
  [59_600, '1m 00s'],
  [708_000, '11m 48s'],
  [3_599_600, '1h 00m'],
  [3_900_000, '1h 05m'],
  [183_600_000, '2d 03h'],
  [-1, '0s'],
])('%i ms are written %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  [0, '0:00'],
  [30_000, '0:30'],
  [245_400, '4:05'],
  [6_320_000, '1:45:20'],
  [3_599_999, '1:00:00'],
  [360_000_000, '100:00:00'],
])('a film of %i ms runs %s', (ms, text) => {
  expect(formatRunningTime(ms)).toBe(text);
});
