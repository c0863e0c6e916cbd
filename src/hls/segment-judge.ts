import type { Plan } from '../model/plan.ts';
import type { SegmentFacts } from '../model/segment.ts';
import { checkSegment, type SegmentVerdict } from './check-segment.ts';

type SegmentToJudge = Readonly<{
  rendition: string;
  /** 0-based. */
  index: number;
  facts: SegmentFacts;
  /** Whether to allow what only the last segment may be: short. */
  isLast: boolean;
}>;

/**
 * A judge for the segments of one encode as they come: each against the plan, against its twins in the
 * other rungs, and against the first of its own. What the gate would find at the end stops the encode
 * at once (performance.md §2.5: a copied rung that does not fit the others shows it in its first
 * segments). In any order; the same segment may come again.
 */
export function segmentJudge(plan: Plan): (segment: SegmentToJudge) => SegmentVerdict {
  const pictures = new Set(plan.video.map(({ name }) => name));
  /** Of the first sound segment with that number, and of that rendition. */
  const twins = new Map<number, Readonly<{ rendition: string; facts: SegmentFacts }>>();
  const parameterSets = new Map<string, string | undefined>();
  return ({ rendition, index, facts, isLast }) => {
    const kind = pictures.has(rendition) ? 'video' : 'audio';
    const alone = checkSegment({ facts, kind, grid: plan.grid, index, isLast });
    if (alone.verdict !== 'sound' || kind === 'audio') return alone;
    const twin = twins.get(index) ?? { rendition, facts };
    const first = parameterSets.has(rendition) ? parameterSets.get(rendition) : facts.sps;
    const problems = [
      ...(isCutAlike(twin.facts, facts) ? [] : [`is cut elsewhere than that of ${twin.rendition}`]),
      ...(facts.sps === first ? [] : ['has another sequence parameter set than segment 0']),
    ];
    if (problems.length > 0) return { verdict: 'damaged', problems };
    twins.set(index, twin);
    parameterSets.set(rendition, first);
    return alone;
  };
}

function isCutAlike(one: SegmentFacts, other: SegmentFacts): boolean {
  return one.firstPts === other.firstPts && one.frames === other.frames;
}
