import { expect, it } from 'vitest';
import { Throttle } from '../../../src/store/throttle.ts';

it('one more for every 50 successes in a row, up to what was asked for', () => {
  const throttle = new Throttle(8);
  throttle.busy(throttle.cuts);
  expect(throttle.limit).toBe(4);
  for (let n = 0; n < 49; n += 1) throttle.succeeded();
  expect(throttle.limit).toBe(4);
  throttle.succeeded();
  expect(throttle.limit).toBe(5);
  for (let n = 0; n < 1_000; n += 1) throttle.succeeded();
  expect(throttle.limit).toBe(8);
});

it('never fewer than two, unless one was asked for', () => {
  for (const [asked, least] of [
    [16, 2],
    [3, 2],
    [2, 2],
    [1, 1],
  ] as const) {
    const throttle = new Throttle(asked);
    for (let n = 0; n < 9; n += 1) throttle.busy(throttle.cuts);
    expect(throttle.limit).toBe(least);
  }
});
