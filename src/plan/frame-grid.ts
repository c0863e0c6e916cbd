import type { FrameGrid } from '../model/plan.ts';
import type { Rational } from '../model/rational.ts';

/**
 * The grid of key frames and cuts for a rate: a key frame every `keyFrameSeconds`, a cut every
 * `segmentSeconds`, both to the nearest whole picture (performance.md §1.1): at 24000/1001 a segment
 * is 144 frames and 6.006 s.
 */
export function frameGrid(
  frameRate: Rational,
  preset: Readonly<{ keyFrameSeconds: number; segmentSeconds: number }>,
): FrameGrid {
  const { num, den } = frameRate;
  const gopFrames = Math.max(1, Math.round((preset.keyFrameSeconds * num) / den));
  const gopsPerSegment = Math.round(preset.segmentSeconds / preset.keyFrameSeconds);
  return { frameRate, gopFrames, segmentFrames: gopFrames * gopsPerSegment };
}
