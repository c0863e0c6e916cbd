import { expect, test } from 'vitest';
import { poolScores } from '../../../../src/ffmpeg/quality/pool-scores.ts';

test('bad pictures weigh more than good ones', () => {
  expect(poolScores([90, 90, 90, 90])).toEqual({ vmaf: 90, vmafP5: 90 });
  expect(poolScores([100, 100, 100, 0]).vmaf).toBeLessThan(5);
});

test('the mark that 5 % stay below', () => {
  const scores = Array.from({ length: 101 }, (_, index) => index);
  expect(poolScores(scores).vmafP5).toBe(5);
  expect(poolScores([70]).vmafP5).toBe(70);
});
