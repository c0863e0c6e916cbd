import { type Rational, toNumber } from '../../model/rational.ts';

export type FrameRounding = Readonly<{ round: 'near' | 'down'; offsetSeconds: number }>;

/**
 * How ffmpeg's `fps` filter must round for this film. Matroska files from 24 or 23.976 fps sit half a
 * picture off the grid (the AAC priming) with time stamps in whole milliseconds, which round up and
 * down by turns: with `near` a third of the pictures was lost in silence (performance.md §1.2). `down`
 * for all would be wrong the other way round. `ptsSeconds` count from the film's start.
 * On the grid they come `offsetSeconds` earlier than in the film: the sound must be moved by as much, or
 * is off by up to half a picture (21 ms at 24, 42 ms at 12).
 */
export function chooseFrameRounding(ptsSeconds: readonly number[], rate: Rational): FrameRounding {
  // The mean phase as an angle, because 0.99 and 0.01 are neighbours.
  let x = 0;
  let y = 0;
  for (const seconds of ptsSeconds) {
    const angle = 2 * Math.PI * seconds * toNumber(rate);
    x += Math.cos(angle);
    y += Math.sin(angle);
  }
  // No common phase (a varying or halved rate): nothing to correct.
  if (Math.hypot(x, y) < 0.3 * ptsSeconds.length) return { round: 'near', offsetSeconds: 0 };
  const phase = (Math.atan2(y, x) / (2 * Math.PI) + 1) % 1;
  const round = phase >= 0.25 && phase <= 0.75 ? 'down' : 'near';
  const shift = round === 'near' && phase > 0.75 ? phase - 1 : phase;
  return { round, offsetSeconds: shift / toNumber(rate) };
}
