import { type Rational, toNumber } from '../../model/rational.ts';

export type FrameRounding = Readonly<{
  round: 'near' | 'down';
  offsetSeconds: number;
  /** By how much the pictures must come later for the grid to take them evenly; 0 if left out. */
  delaySeconds?: number;
}>;

/**
 * How ffmpeg's `fps` filter must round for this film. Matroska files from 24 or 23.976 fps sit half a
 * picture off the grid (the AAC priming) with time stamps in whole milliseconds, which round up and
 * down by turns: with `near` a third of the pictures was lost in silence (performance.md §1.2). `down`
 * for all would be wrong the other way round. `ptsSeconds` count from the film's start.
 * On the grid they come `offsetSeconds` earlier than in the film: the sound must be moved by as much, or
 * is off by up to half a picture (21 ms at 24, 42 ms at 12).
 * Of a film that runs at `times` the rate, one in so many is taken.
 */
export function chooseFrameRounding(
  ptsSeconds: readonly number[],
  rate: Rational,
  times = 1,
): FrameRounding {
  if (times > 1) return takeOneIn(times, ptsSeconds, toNumber(rate));
  const phase = phaseOf(ptsSeconds, toNumber(rate));
  // A varying rate: nothing to correct.
  if (phase === undefined) return { round: 'near', offsetSeconds: 0 };
  const round = phase >= 0.25 && phase <= 0.75 ? 'down' : 'near';
  const shift = round === 'near' && phase > 0.75 ? phase - 1 : phase;
  return { round, offsetSeconds: shift / toNumber(rate) };
}

/**
 * The grid takes the last picture before the middle between two of its places. Every `times`-th lies on
 * such a middle, or a rounded millisecond before or behind it, and Matroska at 120 gave pictures 1, 2, 4,
 * 7, 8, 10, …: so all are moved, until the film's first lies on a place and the
 * middles fall between two pictures.
 */
function takeOneIn(times: number, ptsSeconds: readonly number[], rate: number): FrameRounding {
  const first = Math.min(...ptsSeconds);
  const taken = ptsSeconds.filter(
    (seconds) => Math.round((seconds - first) * rate * times) % times === 0,
  );
  const phase = phaseOf(taken, rate) ?? 0;
  const offsetSeconds = (phase > 0.5 ? phase - 1 : phase) / rate;
  return { round: 'near', offsetSeconds, delaySeconds: (0.5 - 0.5 / times) / rate - offsetSeconds };
}

/** From 0 to 1, where the pictures lie between the places of the grid; undefined where anywhere. */
function phaseOf(ptsSeconds: readonly number[], rate: number): number | undefined {
  // The mean phase as an angle, because 0.99 and 0.01 are neighbours.
  let x = 0;
  let y = 0;
  for (const seconds of ptsSeconds) {
    const angle = 2 * Math.PI * seconds * rate;
    x += Math.cos(angle);
    y += Math.sin(angle);
  }
  if (Math.hypot(x, y) < 0.3 * ptsSeconds.length) return undefined;
  return (Math.atan2(y, x) / (2 * Math.PI) + 1) % 1;
}
