import { TICKS_PER_SECOND } from '../lib/ticks.ts';
import type { PictureGroup } from '../model/coded-stream.ts';
import type { CutList } from '../model/plan.ts';
import type { Rational } from '../model/rational.ts';

/**
 * Where ffmpeg's HLS muxer will cut a copied picture (performance.md §2.2): segment number n ends before
 * the first key frame that lies n × `segmentSeconds` or more after the film's first picture. A late key
 * frame is therefore followed by a short segment: 0 · 10.42 · 15.75 from key frames at 0 · 10.42 · 11.88
 * · 15.75. There is at least one group.
 */
export function cutList(
  groups: readonly PictureGroup[],
  { frameRate, segmentSeconds }: Readonly<{ frameRate: Rational; segmentSeconds: number }>,
): CutList {
  const segments = cutGroups(groups, segmentSeconds).map((segment) => ({
    frames: segment.reduce((total, { frames }) => total + frames, 0),
    keyFrames: segment.map(({ keyFrame }) => keyFrame),
    lastPicture: segment.reduce((latest, { lastPicture }) => Math.max(latest, lastPicture), 0),
  }));
  return { frameRate, segmentSeconds, segments };
}

/** The groups of each segment. */
export function cutGroups(
  groups: readonly PictureGroup[],
  segmentSeconds: number,
): readonly (readonly PictureGroup[])[] {
  const start = groups[0]?.keyFrame ?? 0;
  const segments: PictureGroup[][] = [];
  for (const group of groups) {
    const isDue = group.keyFrame - start >= segments.length * segmentSeconds * TICKS_PER_SECOND;
    if (isDue) segments.push([group]);
    else segments.at(-1)?.push(group);
  }
  return segments;
}
