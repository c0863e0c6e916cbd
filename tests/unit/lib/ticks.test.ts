import { expect, test } from 'vitest';
import { TICK_WRAP, ticksBetween, wrapTicks } from '../../../src/lib/ticks.ts';

test.each([
  [0, 10, 10],
  [10, 0, -10],
  [TICK_WRAP - 5, 5, 10],
  [5, TICK_WRAP - 5, -10],
  [5, TICK_WRAP + 10, 5],
])('from %d to %d it is %d ticks, across the wrap too', (earlier, later, expected) => {
  expect(ticksBetween(earlier, later)).toBe(expected);
});

test('values are kept in 33 bits', () => {
  expect(wrapTicks(-1)).toBe(TICK_WRAP - 1);
  expect(wrapTicks(TICK_WRAP)).toBe(0);
});
