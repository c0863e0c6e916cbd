import { type Rational, toNumber } from '../model/rational.ts';

/** The rates that films are made at (Apple HLS authoring 1.18: natural rates, at most 60). */
const TRUE_RATES: readonly Rational[] = [
  { num: 24_000, den: 1001 },
  { num: 24, den: 1 },
  { num: 25, den: 1 },
  { num: 30_000, den: 1001 },
  { num: 30, den: 1 },
  { num: 50, den: 1 },
  { num: 60_000, den: 1001 },
  { num: 60, den: 1 },
];

/** Near enough to be the same rate: ms time stamps and short films round by a few tenths of a percent. */
const SAME = 0.005;

export type RateFacts = Readonly<{
  /** ffprobe's `avg_frame_rate` and `r_frame_rate`, undefined where they are 0/0. */
  average: Rational | undefined;
  base: Rational | undefined;
  /** From the first packets' time stamps, where there were enough. */
  measuredFps: number | undefined;
}>;

/**
 * The constant rate that a film is encoded at. A true rate where the film has one; its own rate where
 * it is constant but unusual (12.5, 15); the nearest true rate where it varies; halved above 60.
 * A bogus base rate (1000, 90000: Matroska's and MPEG-TS's clocks) never wins.
 */
export function chooseFrameRate(facts: RateFacts): Rational {
  const base = sane(facts.base);
  const average = sane(facts.average);
  const fps = average === undefined ? undefined : toNumber(average);
  // A constant rate of which a few pictures are missing: the base rate is the truth.
  const isConstant =
    base !== undefined &&
    fps !== undefined &&
    fps <= toNumber(base) * 1.01 &&
    fps >= toNumber(base) * 0.85;
  if (isConstant) return halveAbove60(snap(toNumber(base)) ?? base);
  const varying = fps ?? (base === undefined ? facts.measuredFps : toNumber(base)) ?? 25;
  return nearestTrueRate(toNumber(halveAbove60({ num: varying, den: 1 })));
}

function sane(rate: Rational | undefined): Rational | undefined {
  if (rate === undefined || rate.den === 0 || rate.num === 0) return undefined;
  const fps = toNumber(rate);
  return fps >= 1 && fps <= 480 ? rate : undefined;
}

function snap(fps: number): Rational | undefined {
  const rate = nearestTrueRate(fps);
  return Math.abs(toNumber(rate) / fps - 1) <= SAME ? rate : undefined;
}

function nearestTrueRate(fps: number): Rational {
  return TRUE_RATES.reduce((best, rate) =>
    Math.abs(toNumber(rate) - fps) < Math.abs(toNumber(best) - fps) ? rate : best,
  );
}

function halveAbove60(rate: Rational): Rational {
  let halved = rate;
  while (toNumber(halved) > 60 * (1 + SAME)) halved = { num: halved.num, den: halved.den * 2 };
  return snap(toNumber(halved)) ?? reduce(halved);
}

function reduce({ num, den }: Rational): Rational {
  const divisor = greatestCommonDivisor(num, den);
  return { num: num / divisor, den: den / divisor };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
