import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measureBandwidth, type Piece, targetDuration } from '../../../src/lib/bandwidth.ts';

/** RFC 8216 §4.1 word by word: every contiguous set, summed anew. */
function peakByBruteForce(pieces: readonly Piece[], target: number): number {
  const rates: number[] = [];
  for (let from = 0; from < pieces.length; from += 1) {
    for (let to = from + 1; to <= pieces.length; to += 1) {
      const set = pieces.slice(from, to);
      const seconds = set.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
      const bytes = set.reduce((sum, piece) => sum + piece.bytes, 0);
      if (seconds >= 0.5 * target && seconds <= 1.5 * target) rates.push((bytes * 8) / seconds);
    }
  }
  return Math.ceil(Math.max(...rates));
}

describe('measureBandwidth', () => {
  test('equals the definition for any playlist', () => {
    const piece = fc.record({
      bytes: fc.nat(10_000_000),
      durationSeconds: fc.integer({ min: 1, max: 32 }).map((quarters) => quarters / 4),
    });
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 20 }), (pieces) => {
        const target = targetDuration(pieces.map(({ durationSeconds }) => durationSeconds));
        const { peak, average } = measureBandwidth(pieces, target);
        const brute = peakByBruteForce(pieces, target);
        expect(peak).toBe(Number.isFinite(brute) ? brute : average);
      }),
    );
  });

  test('passes over a tail that is shorter than half a target: its rate is no peak', () => {
    const tail = { bytes: 1_000_000, durationSeconds: 0.1 };
    const pieces = [{ bytes: 600_000, durationSeconds: 6 }, tail];
    expect(measureBandwidth(pieces, 6)).toEqual({ peak: 2_098_361, average: 2_098_361 });
  });

  test('of a playlist too short for any window is its average', () => {
    expect(measureBandwidth([{ bytes: 1000, durationSeconds: 0.4 }], 1).peak).toBe(20_000);
  });

  test('of nothing is 0', () => {
    expect(measureBandwidth([], 6)).toEqual({ peak: 0, average: 0 });
  });
});

test('the target duration is the longest one, rounded, and of 200,000 pieces too', () => {
  expect(targetDuration([6.006, 5.9947, 2])).toBe(6);
  expect(targetDuration([6.5])).toBe(7);
  expect(targetDuration([0.04])).toBe(1);
  expect(targetDuration(Array.from({ length: 200_000 }, () => 2))).toBe(2);
});
