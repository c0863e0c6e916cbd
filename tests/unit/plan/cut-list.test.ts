import { describe, expect, test } from 'vitest';
import { plannedSegment, segmentStartSeconds, targetSeconds } from '../../../src/model/grid.ts';
import { cutList } from '../../../src/plan/cut-list.ts';

const FPS = 24;
const ticks = (seconds: number) => Math.round(seconds * 90_000);

/** Groups that begin at these seconds, the last one up to `end`. */
const groupsAt = (starts: readonly number[], end: number) =>
  starts.map((start, index) => {
    const next = starts[index + 1] ?? end;
    return {
      keyFrame: ticks(start),
      lastPicture: ticks(next - 1 / FPS),
      frames: Math.round((next - start) * FPS),
      bytes: 1000,
    };
  });

const cutAt = (starts: readonly number[], end: number) =>
  cutList(groupsAt(starts, end), { frameRate: { num: FPS, den: 1 }, segmentSeconds: 6 });

describe('the cuts of a copied picture', () => {
  // Measured with ffmpeg 5.1.9 and 9.0.2 (performance.md §2.2).
  test.each([
    [[0, 10.42, 11.88, 15.75, 23.04], 26, [0, 10.42, 15.75, 23.04]],
    [
      [0, 9.33, 13.92, 24.33, 25.88, 27.42, 32.17, 42.58, 47.5],
      52,
      [0, 9.33, 13.92, 24.33, 25.88, 32.17, 42.58, 47.5],
    ],
    [[0, 8.3, 16.6, 24.9], 30, [0, 8.3, 16.6, 24.9]],
    [[0], 44, [0]],
    [[0, 2, 4, 6, 8, 10, 12], 13, [0, 6, 12]],
  ])('with key frames at %j are those of the muxer', (starts, end, expected) => {
    const { segments } = cutAt(starts, end);
    expect(segments.map(({ keyFrames }) => keyFrames[0])).toEqual(expected.map(ticks));
  });

  test('are counted from the first picture, not from the film’s start', () => {
    const { segments } = cutAt([0.5, 5, 6.4, 6.5, 12.5], 14);
    expect(segments.map(({ keyFrames }) => keyFrames[0])).toEqual([0.5, 6.5, 12.5].map(ticks));
  });

  test('say of each segment how many pictures, which key frames and which end it has', () => {
    const grid = cutAt([0, 2, 6.25], 9);
    expect(plannedSegment(grid, 0)).toEqual({
      frames: 150,
      keyFrames: [0, 180_000],
      lastPicture: ticks(6.25 - 1 / 24),
    });
    expect(plannedSegment(grid, 2)).toBeUndefined();
    expect([0, 1, 2].map((index) => segmentStartSeconds(grid, index))).toEqual([0, 6.25, 9]);
    expect(targetSeconds(grid)).toBe(6);
    expect(targetSeconds(cutAt([0, 10.42, 11.88], 12))).toBe(10);
  });
});
