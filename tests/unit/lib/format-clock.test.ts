import { expect, test } from 'vitest';
import { formatClock } from '../../../src/lib/format-clock.ts';

test.each([
  [0, '00:00:00'],
  [0.999, '00:00:00'],
  [59.9999999, '00:01:00'],
  [6_320.52, '01:45:20'],
  [359_999, '99:59:59'],
  [360_000, '100:00:00'],
])('%d seconds read %s', (seconds, clock) => {
  expect(formatClock(seconds)).toBe(clock);
});
