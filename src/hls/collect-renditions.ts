import type { AudioRendition, Plan, VideoRendition } from '../model/plan.ts';
import type { Segment, SegmentFacts } from '../model/segment.ts';
import { measureSegments } from './measure-segments.ts';

/** A segment without its bytes. */
export type ScannedSegment = Pick<Segment, 'rendition' | 'index' | 'path' | 'init' | 'facts'>;

/** One planned rendition with its segments in order, measured. */
export type Collected<Planned> = Readonly<{
  planned: Planned;
  segments: readonly CollectedSegment[];
}>;

export type CollectedSegment = Readonly<{
  /** `seg_00001.ts`. */
  file: string;
  facts: SegmentFacts;
  durationSeconds: number;
}>;

export type CollectedFilm = Readonly<{
  video: readonly Collected<VideoRendition>[];
  audio: readonly Collected<AudioRendition>[];
}>;

/**
 * Sorts segments, which come in any order, into the planned renditions. What is missing, doubled or
 * was never planned is told in `problems`.
 */
export function collectRenditions(
  plan: Plan,
  segments: readonly ScannedSegment[],
): Readonly<{ film: CollectedFilm; problems: readonly string[] }> {
  const byName = new Map<string, ScannedSegment[]>();
  for (const segment of segments) {
    const siblings = byName.get(segment.rendition);
    if (siblings === undefined) byName.set(segment.rendition, [segment]);
    else siblings.push(segment);
  }
  const collect = <Planned extends Readonly<{ name: string }>>(planned: Planned) =>
    measure(plan, planned, byName.get(planned.name) ?? []);
  const film = { video: plan.video.map(collect), audio: plan.audio.map(collect) };
  const names = [...plan.video, ...plan.audio].map(({ name }) => name);
  return {
    film,
    problems: [
      ...names.flatMap((name) => findGaps(name, byName.get(name) ?? [])),
      ...[...byName.keys()]
        .filter((name) => !names.includes(name))
        .map((name) => `${name} was not planned, but has segments`),
    ],
  };
}

function measure<Planned>(
  plan: Plan,
  planned: Planned,
  unordered: readonly ScannedSegment[],
): Collected<Planned> {
  const ordered = unordered.toSorted((a, b) => a.index - b.index);
  const durations = measureSegments(
    ordered.map(({ facts }) => facts),
    plan.grid.frameRate,
  );
  const segments = ordered.map(({ path, facts }, at) => ({
    file: path.slice(path.lastIndexOf('/') + 1),
    facts,
    durationSeconds: durations[at] ?? 0,
  }));
  return { planned, segments };
}

function findGaps(name: string, segments: readonly ScannedSegment[]): readonly string[] {
  if (segments.length === 0) return [`${name} has no segment`];
  const counts = new Map<number, number>();
  for (const { index } of segments) counts.set(index, (counts.get(index) ?? 0) + 1);
  const last = segments.reduce((highest, { index }) => Math.max(highest, index), 0);
  const problems: string[] = [];
  for (let index = 0; index <= last; index += 1) {
    if (!counts.has(index)) problems.push(`${name} segment ${index} is missing`);
  }
  for (const [index, count] of counts) {
    if (count > 1) problems.push(`${name} segment ${index} came ${count} times`);
  }
  return problems;
}
