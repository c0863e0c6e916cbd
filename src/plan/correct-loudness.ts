import { type Loudness, TARGET_LUFS } from '../model/loudness.ts';
import type { AudioRendition } from '../model/plan.ts';

/** Nobody hears less. */
const TOLERANCE_LU = 0.5;
/** What the limiter takes is given once more, but not without end: all would become one loudness. */
const MOST_DB = 6;
/** Where the limiter begins, in dBTP (`audio-args.ts`). */
const CEILING_DBTP = -1.5;

/** Whether the gain of a rendition meets the limiter; `plain` is how loud it is without both. */
export function meetsLimiter({ gainDb }: AudioRendition, plain: Loudness | undefined): boolean {
  if (gainDb === undefined || plain?.truePeakDbtp === undefined) return false;
  return plain.truePeakDbtp + gainDb > CEILING_DBTP;
}

export type Measured = Readonly<{
  /** Without gain and limiter. */
  plain: number;
  /** What the gain was reckoned from. */
  reckoned: number;
  /** With that gain, behind the limiter. */
  made: number;
}>;

/** What the gain is to be reckoned from, in LUFS: less than was measured by what the limiter takes. */
export function correctLoudness({ plain, reckoned, made }: Measured): number {
  const missing = TARGET_LUFS - made;
  if (missing <= TOLERANCE_LU) return reckoned;
  return Math.max(plain - MOST_DB, reckoned - missing);
}
