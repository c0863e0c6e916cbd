import { type Rational, toNumber } from '../../model/rational.ts';

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
/** So near that it is not the neighbour: 24 and 23.976 lie 0.001 apart. */
const EXACT = 0.00002;
/** Time stamps of 200 pictures in milliseconds tell a rate this well; a header may round 42 ms. */
const TOLD = 0.003;
/** A header that tells so much more than the packets show is wrong. */
const BOGUS = 1.5;

export type RateFacts = Readonly<{
  /** ffprobe's `avg_frame_rate` and `r_frame_rate`, undefined where they are 0/0. */
  average: Rational | undefined;
  base: Rational | undefined;
  /** From the first packets' time stamps, where there were enough. */
  measured: MeasuredRate | undefined;
  /** Of the film: over an hour a small difference of rates is many pictures. */
  durationSeconds?: number;
}>;

/** `isEven`: every picture lasts as long as the others. */
export type MeasuredRate = Readonly<{ fps: number; isEven: boolean }>;

export type ChosenRate = Readonly<{
  rate: Rational;
  /** What the film itself runs at, on average. */
  sourceFps: number;
  /** Its pictures do not all last equally long: some will be doubled or left out. */
  isVariable: boolean;
}>;

/**
 * The constant rate that a film is encoded at. A true rate where the film has one; its own rate where
 * it is constant but unusual (12.5, 15); the nearest true rate where it varies; halved above 60.
 * A bogus base rate (1000, 90000: Matroska's and MPEG-TS's clocks) never wins, nor does a header that
 * tells more pictures than there are.
 */
export function chooseFrameRate(facts: RateFacts): ChosenRate {
  const { measured } = facts;
  const average = believable(facts.average, measured);
  const base = sane(facts.base);
  const fps = average === undefined ? undefined : toNumber(average);
  const steadyFps = measured?.isEven === true ? measured.fps : undefined;
  if (base !== undefined && fps !== undefined && isConstant(fps, toNumber(base), steadyFps)) {
    const rate = halveAbove60(constantRate(fps, base, facts.durationSeconds ?? 0));
    return { rate, sourceFps: fps, isVariable: false };
  }
  if (steadyFps !== undefined && (fps === undefined || near(steadyFps, fps, 0.02))) {
    // The header is bogus, but the pictures come evenly: 15 stays 15.
    const own = fps !== undefined && near(steadyFps, fps, TOLD) ? fps : steadyFps;
    const rate = snap(own) ?? average ?? { num: Math.round(own * 1000), den: 1000 };
    return { rate: halveAbove60(rate), sourceFps: own, isVariable: false };
  }
  const varying = fps ?? measured?.fps ?? (base === undefined ? 25 : toNumber(base));
  const rate = nearestTrueRate(toNumber(halveAbove60({ num: varying, den: 1 })));
  return { rate, sourceFps: varying, isVariable: true };
}

/** A constant rate of which at most a few pictures are missing, and that the pictures bear out. */
function isConstant(fps: number, base: number, steadyFps: number | undefined): boolean {
  // Twice the base: a packet for each field.
  const isBorneOut =
    steadyFps === undefined || steadyFps > base * BOGUS || near(steadyFps, base, TOLD);
  return isBorneOut && fps <= base * 1.01 && fps >= base * 0.85;
}

/** The base rate is the truth, but where ffprobe rounded it to the neighbour (30 for 29.97). */
function constantRate(fps: number, base: Rational, durationSeconds: number): Rational {
  const exact = nearestTrueRate(fps);
  if (near(toNumber(exact), fps, EXACT)) return exact;
  const snapped = snap(toNumber(base)) ?? base;
  // A film that truly runs at 23.98 would lose fifteen pictures an hour at 23.976.
  const lost = Math.abs(toNumber(snapped) - toNumber(base)) * durationSeconds;
  return lost > 1 ? base : snapped;
}

function believable(
  average: Rational | undefined,
  measured: MeasuredRate | undefined,
): Rational | undefined {
  const told = sane(average);
  if (told === undefined || measured === undefined) return told;
  return toNumber(told) > measured.fps * BOGUS ? undefined : told;
}

function sane(rate: Rational | undefined): Rational | undefined {
  if (rate === undefined || rate.den === 0 || rate.num === 0) return undefined;
  const fps = toNumber(rate);
  return fps >= 1 && fps <= 480 ? rate : undefined;
}

function near(a: number, b: number, tolerance: number): boolean {
  return Math.abs(a / b - 1) <= tolerance;
}

function snap(fps: number): Rational | undefined {
  const rate = nearestTrueRate(fps);
  return near(toNumber(rate), fps, SAME) ? rate : undefined;
}

function nearestTrueRate(fps: number): Rational {
  return TRUE_RATES.reduce((best, rate) =>
    Math.abs(toNumber(rate) - fps) < Math.abs(toNumber(best) - fps) ? rate : best,
  );
}

function halveAbove60(rate: Rational): Rational {
  if (toNumber(rate) <= 60 * (1 + SAME)) return reduce(rate);
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
