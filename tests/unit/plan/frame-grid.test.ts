import { expect, test } from 'vitest';
import { frameGrid } from '../../../src/plan/frame-grid.ts';

const preset = { keyFrameSeconds: 2, segmentSeconds: 6 };

test.each([
  [24, 1, 48, 144],
  [25, 1, 50, 150],
  [30, 1, 60, 180],
  [60, 1, 120, 360],
  [24_000, 1001, 48, 144],
  [30_000, 1001, 60, 180],
  [60_000, 1001, 120, 360],
  [25, 2, 25, 75],
  [1, 1, 2, 6],
])('at %i/%i a key frame stands every %i frames and a cut every %i', (num, den, gop, segment) => {
  expect(frameGrid({ num, den }, preset)).toEqual({
    frameRate: { num, den },
    gopFrames: gop,
    segmentFrames: segment,
  });
});
