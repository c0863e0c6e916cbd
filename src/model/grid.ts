import { TICKS_PER_SECOND } from '../lib/ticks.ts';
import { FIRST_PTS, type FrameGrid, type Grid, type PlannedSegment } from './plan.ts';
import { toNumber } from './rational.ts';

/** Cut at the source's own key frames, because its picture is copied: every segment is known. */
export function isCutList(grid: Grid): grid is Exclude<Grid, FrameGrid> {
  return 'segments' in grid;
}

/**
 * What segment `index` of every video rendition must be. On a frame grid any number of segments
 * follows, and the last one may hold fewer pictures: `frames` says how many are asked for. A cut list
 * knows its segments: undefined behind the last.
 */
export function plannedSegment(
  grid: Grid,
  index: number,
  frames?: number,
): PlannedSegment | undefined {
  if (isCutList(grid)) return grid.segments[index];
  const { segmentFrames, gopFrames } = grid;
  const first = segmentFrames * index;
  const count = frames ?? segmentFrames;
  const keys = Array.from({ length: Math.ceil(count / gopFrames) }, (_, gop) => gop * gopFrames);
  return {
    frames: count,
    keyFrames: keys.map((key) => ticksOf(grid, first + key)),
    lastPicture: ticksOf(grid, first + count - 1),
  };
}

/** The PTS that `ticks` from the film's start have in a segment. */
export function ptsOf(ticks: number): number {
  return FIRST_PTS + ticks;
}

/** Start of segment `index`, in seconds from the film's start; the film's end behind the last one. */
export function segmentStartSeconds(grid: Grid, index: number): number {
  if (!isCutList(grid)) {
    return (grid.segmentFrames * index * grid.frameRate.den) / grid.frameRate.num;
  }
  const start = grid.segments[index]?.keyFrames[0];
  return (start ?? endTicks(grid)) / TICKS_PER_SECOND;
}

/** The longest segment there will be, in whole seconds: what EXT-X-TARGETDURATION will say. */
export function targetSeconds(grid: Grid): number {
  if (!isCutList(grid)) return Math.round(segmentStartSeconds(grid, 1));
  const lengths = grid.segments.map(
    (_, index) => segmentStartSeconds(grid, index + 1) - segmentStartSeconds(grid, index),
  );
  return Math.round(lengths.reduce((longest, seconds) => Math.max(longest, seconds), 0));
}

function ticksOf({ frameRate }: FrameGrid, frame: number): number {
  return Math.round((frame * frameRate.den * TICKS_PER_SECOND) / frameRate.num);
}

function endTicks(grid: Exclude<Grid, FrameGrid>): number {
  const last = grid.segments.at(-1)?.lastPicture ?? 0;
  return last + TICKS_PER_SECOND / toNumber(grid.frameRate);
}
