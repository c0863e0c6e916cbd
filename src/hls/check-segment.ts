import { TICKS_PER_SECOND, ticksBetween } from '../lib/ticks.ts';
import { FIRST_PTS, type FrameGrid } from '../model/plan.ts';
import type { SegmentFacts } from '../model/segment.ts';

export type SegmentToCheck = Readonly<{
  facts: SegmentFacts;
  kind: 'video' | 'audio';
  grid: FrameGrid;
  /** 0-based. */
  index: number;
  /** Only the last one may be short, and only an encoder that ended well has a last one. */
  isLast: boolean;
}>;

/**
 * `no space`: empty, or cut off where a file system cuts: what a full disk leaves under a final name
 * while ffmpeg goes on and exits 0 (performance.md §3.1). `problems` is empty only for `sound`; each
 * continues a sentence that begins with the segment: `has 143 pictures instead of 144`.
 */
export type SegmentVerdict = Readonly<{
  verdict: 'sound' | 'damaged' | 'no space';
  problems: readonly string[];
}>;

/** Files end at a multiple of this when the disk is full. */
const DISK_BLOCK_BYTES = 4096;

/**
 * Is this segment, by its bytes, exactly the one that was planned for its place? A sound audio segment
 * may be of any length: AAC frames do not fit the grid. Pure; the same answer each time.
 */
export function checkSegment(segment: SegmentToCheck): SegmentVerdict {
  const { facts, kind } = segment;
  const problems = [
    ...facts.problems,
    ...(facts.bytes > 0 && facts.kind !== kind ? [`holds ${facts.kind} instead of ${kind}`] : []),
    ...(facts.kind === 'video' && kind === 'video' ? checkPictures(segment) : []),
    ...(facts.kind === 'audio' && kind === 'audio' ? checkSound(facts) : []),
  ];
  if (problems.length === 0) return { verdict: 'sound', problems };
  return { verdict: isCutByDisk(facts) ? 'no space' : 'damaged', problems };
}

function isCutByDisk({ bytes, isCutOff }: SegmentFacts): boolean {
  return bytes === 0 || (isCutOff && bytes % DISK_BLOCK_BYTES === 0);
}

function checkSound(facts: SegmentFacts): readonly string[] {
  if (facts.frames === 0) return ['has no audio frame'];
  return facts.firstPts === undefined ? ['has no time stamp'] : [];
}

function checkPictures(segment: SegmentToCheck): readonly string[] {
  const { facts, grid, index, isLast } = segment;
  const { firstPts, lastPts, frames } = facts;
  if (firstPts === undefined || lastPts === undefined) return ['has no time stamp'];
  const firstFrame = grid.segmentFrames * index;
  const problems: string[] = [];
  const isWhole = isLast
    ? frames > 0 && frames <= grid.segmentFrames
    : frames === grid.segmentFrames;
  if (!isWhole) {
    problems.push(
      `has ${frames} pictures instead of ${isLast ? 'at most ' : ''}${grid.segmentFrames}`,
    );
  }
  if (!isAt(grid, firstPts, firstFrame)) {
    const lateSeconds = ticksBetween(ptsOf(grid, firstFrame), firstPts) / TICKS_PER_SECOND;
    problems.push(`begins ${lateSeconds.toFixed(3)} s after its place`);
  } else if (!isAt(grid, lastPts, firstFrame + frames - 1)) {
    problems.push('has a gap or a doubled time stamp between its pictures');
  }
  return [...problems, ...checkKeyFrames(segment, firstFrame)];
}

/** Key frames at frames 0, G, 2G …, all IDR (RFC 8216 §4.3.5.1, Apple 7.4), and no other. */
function checkKeyFrames(segment: SegmentToCheck, firstFrame: number): readonly string[] {
  const { facts, grid } = segment;
  const planned = Math.ceil(facts.frames / grid.gopFrames);
  const misplaced = facts.keyFrames.findIndex(
    ({ pts }, number) => !isAt(grid, pts, firstFrame + number * grid.gopFrames),
  );
  const notIdr = facts.keyFrames.findIndex(({ isIdr }) => !isIdr);
  return [
    ...(facts.keyFrames.length !== planned
      ? [`has ${facts.keyFrames.length} key frames instead of ${planned}`]
      : []),
    ...(misplaced >= 0
      ? [`has key frame ${misplaced + 1} at a picture where none was planned`]
      : []),
    ...(notIdr >= 0 ? [`has key frame ${notIdr + 1} that is no IDR picture`] : []),
  ];
}

/** PTS of a picture by its number in the film. */
function ptsOf(grid: FrameGrid, frame: number): number {
  return (
    FIRST_PTS + Math.round((frame * grid.frameRate.den * TICKS_PER_SECOND) / grid.frameRate.num)
  );
}

/** Within one tick: muxers round halves their own way. */
function isAt(grid: FrameGrid, pts: number, frame: number): boolean {
  return Math.abs(ticksBetween(ptsOf(grid, frame), pts)) <= 1;
}
