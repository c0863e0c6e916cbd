import { TICKS_PER_SECOND, ticksBetween } from '../lib/ticks.ts';
import type { Rational } from '../model/rational.ts';
import type { SegmentFacts } from '../model/segment.ts';

/** Samples in each AAC frame. */
const AAC_FRAME_SAMPLES = 1024;

/**
 * How long each segment of a rendition lasts, in seconds, in order: from its first presentation time
 * to that of the next, so that the sum never drifts from the time stamps (Apple 8.1: within a frame).
 * The last one, and one without time stamps, lasts as long as what is in it.
 */
export function measureSegments(
  segments: readonly SegmentFacts[],
  frameRate: Rational,
): readonly number[] {
  return segments.map((facts, index) => {
    const next = segments[index + 1]?.firstPts;
    if (facts.firstPts === undefined || next === undefined) return lengthOf(facts, frameRate);
    return ticksBetween(facts.firstPts, next) / TICKS_PER_SECOND;
  });
}

/** Length of what is in a segment, in seconds: its pictures or its audio frames. */
export function lengthOf(facts: SegmentFacts, frameRate: Rational): number {
  if (facts.audio === undefined) return (facts.frames * frameRate.den) / frameRate.num;
  return (facts.frames * AAC_FRAME_SAMPLES) / facts.audio.sampleRateHz;
}
