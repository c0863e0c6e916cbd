import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { storyboardGrid, tileSpans } from '../../../src/plan/storyboard-grid.ts';

describe('the tiles of a storyboard', () => {
  test.each([
    [640, 360, 240, 136],
    [360, 640, 136, 240],
    [640, 266, 240, 100],
    [480, 360, 240, 180],
    [64, 36, 64, 36],
    [640, 16, 240, 6],
  ])('of %s×%s are %s×%s', (width, height, tileWidth, tileHeight) => {
    expect(storyboardGrid(60_000, { width, height })).toMatchObject({ tileWidth, tileHeight });
  });

  test('stand for the whole film, one after another, and are never more than a thousand', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 * 3_600_000 }), (durationMs) => {
        const grid = storyboardGrid(durationMs, { width: 640, height: 360 });
        const spans = tileSpans(grid, durationMs);
        expect(spans.length).toBeLessThanOrEqual(1_000);
        expect(spans[0]?.startMs).toBe(0);
        expect(spans.at(-1)?.endMs).toBe(durationMs);
        for (const [index, { startMs, endMs }] of spans.entries()) {
          expect(endMs).toBeGreaterThan(startMs);
          expect(startMs).toBe(spans[index - 1]?.endMs ?? 0);
        }
      }),
      { numRuns: 40, seed: 4 },
    );
  });

  test('come every 10 s in a film of two hours, more often in a short one', () => {
    const intervalOf = (minutes: number) =>
      storyboardGrid(minutes * 60_000, { width: 640, height: 360 }).intervalMs;
    expect([1, 10, 45, 120, 200, 400, 800, 1_400].map(intervalOf)).toStrictEqual([
      ...[1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000],
    ]);
  });
});
