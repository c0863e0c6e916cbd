import type { MeasuredRate } from './choose-frame-rate.ts';

/** Fewer pictures say little about a rate. */
const ENOUGH = 12;
/** Time stamps in whole milliseconds, or of a clock that is a little unsteady. */
const JITTER = 0.1;
const ROUNDING_SECONDS = 0.0021;
/**
 * Pictures come as they are decoded: of the first 200, some that are shown near the end are still to
 * come (H.264 holds back at most 16 pictures, of two packets each where fields are coded alone). Two
 * that are missing make 23.8 of 24, of which 23.976 is the neighbour.
 */
const HELD_BACK = 32;
/** A film of fewer was read to its end. */
const WHOLE_FILM = 100;

/**
 * What the time stamps of a film's first pictures say of its rate, in any order; undefined where they
 * are too few. `isEven`: at least 95 % of them last equally long, but for the rounding;
 * the rate is then theirs.
 */
export function measureFrameRate(ptsSeconds: readonly number[]): MeasuredRate | undefined {
  if (ptsSeconds.length < ENOUGH) return undefined;
  const sorted = ptsSeconds.toSorted((a, b) => a - b);
  const times = sorted.length < WHOLE_FILM ? sorted : sorted.slice(0, -HELD_BACK);
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
  if (!(span > 0)) return undefined;
  const lengths = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  const usual = lengths.toSorted((a, b) => a - b)[lengths.length >> 1] ?? 0;
  const tolerance = Math.max(usual * JITTER, ROUNDING_SECONDS);
  const even = lengths.filter((length) => Math.abs(length - usual) <= tolerance);
  const isEven = even.length >= lengths.length * 0.95;
  // A single gap (AVI's first picture, one that a camera dropped) says nothing about the rate.
  const counted = isEven ? even : lengths;
  return { fps: counted.length / counted.reduce((sum, length) => sum + length, 0), isEven };
}
