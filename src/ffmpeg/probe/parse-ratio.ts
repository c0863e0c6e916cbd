import type { Rational } from '../../model/rational.ts';

/** `64:45`, `30000/1001`: undefined for what is no positive fraction (`0:1`, `0/0`). */
export function parseRatio(text: string | undefined, separator: string): Rational | undefined {
  const [num, den] = (text ?? '').split(separator).map(Number);
  if (num === undefined || den === undefined || !(num > 0) || !(den > 0)) return undefined;
  return { num, den };
}

/** How many seconds a tick of a track's clock lasts; 90 kHz where ffprobe does not say. */
export function parseTimeBase(text: string | undefined): Rational {
  return parseRatio(text, '/') ?? { num: 1, den: 90_000 };
}
