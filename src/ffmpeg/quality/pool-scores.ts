import type { Quality } from '../../model/quality.ts';

/** Of single pictures, in any order; at least one. The harmonic mean as libvmaf has it. */
export function poolScores(scores: readonly number[]): Quality {
  const inverse = scores.reduce((total, score) => total + 1 / (score + 1), 0);
  const sorted = scores.toSorted((a, b) => a - b);
  const at = Math.floor(0.05 * (sorted.length - 1));
  return {
    vmaf: Math.round(scores.length / inverse - 1),
    vmafP5: Math.round(sorted[at] ?? Number.NaN),
  };
}
