import { TICKS_PER_SECOND, ticksBetween } from '../lib/ticks.ts';
import { isCutList, plannedSegment, ptsOf } from '../model/grid.ts';
import type { Grid, PlannedSegment } from '../model/plan.ts';
import type { SegmentFacts } from '../model/segment.ts';

export type SegmentToCheck = Readonly<{
  facts: SegmentFacts;
  kind: 'video' | 'audio';
  grid: Grid;
  /** 0-based. */
  index: number;
  /** On a frame grid only the last one may be short, and only an encoder that ended well has one. */
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
  const { facts, grid, index } = segment;
  const { firstPts, lastPts, frames } = facts;
  if (firstPts === undefined || lastPts === undefined) return ['has no time stamp'];
  const planned = plannedSegment(grid, index, frames);
  if (planned === undefined) return ['was not planned: the film ends before it'];
  const start = planned.keyFrames[0] ?? 0;
  const problems = checkCount(segment);
  if (!isAt(start, firstPts)) {
    const lateSeconds = ticksBetween(ptsOf(start), firstPts) / TICKS_PER_SECOND;
    problems.push(`begins ${lateSeconds.toFixed(3)} s after its place`);
  } else if (!isAt(planned.lastPicture, lastPts)) {
    problems.push('has a gap or a doubled time stamp between its pictures');
  }
  return [...problems, ...checkKeyFrames(facts, planned)];
}

/** Of a cut list the last segment is as well known as the others: none may be short. */
function checkCount({ facts: { frames }, grid, index, isLast }: SegmentToCheck): string[] {
  const full = plannedSegment(grid, index)?.frames ?? 0;
  const mayBeShort = isLast && !isCutList(grid);
  if (frames === full || (mayBeShort && frames > 0 && frames < full)) return [];
  return [`has ${frames} pictures instead of ${mayBeShort ? 'at most ' : ''}${full}`];
}

/** Key frames where they were planned, all IDR (RFC 8216 §4.3.5.1, Apple 7.4), and no other. */
function checkKeyFrames(facts: SegmentFacts, planned: PlannedSegment): readonly string[] {
  const misplaced = facts.keyFrames.findIndex(({ pts }, number) => {
    const ticks = planned.keyFrames[number];
    return ticks !== undefined && !isAt(ticks, pts);
  });
  const notIdr = facts.keyFrames.findIndex(({ isIdr }) => !isIdr);
  return [
    ...(facts.keyFrames.length !== planned.keyFrames.length
      ? [`has ${facts.keyFrames.length} key frames instead of ${planned.keyFrames.length}`]
      : []),
    ...(misplaced >= 0
      ? [`has key frame ${misplaced + 1} at a picture where none was planned`]
      : []),
    ...(notIdr >= 0 ? [`has key frame ${notIdr + 1} that is no IDR picture`] : []),
  ];
}

/** Within one tick: muxers round halves their own way. */
function isAt(ticks: number, pts: number): boolean {
  return Math.abs(ticksBetween(ptsOf(ticks), pts)) <= 1;
}
