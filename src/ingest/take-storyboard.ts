import { makeStoryboard } from '../ffmpeg/stills/storyboard.ts';
import { cleanText } from '../lib/clean-text.ts';
import { TICKS_PER_SECOND, ticksBetween } from '../lib/ticks.ts';
import type { Package, PackagedStoryboard } from '../model/package.ts';
import type { Plan } from '../model/plan.ts';
import { toNumber } from '../model/rational.ts';
import { INIT_FILE, type SegmentFacts } from '../model/segment.ts';
import { tileSpans } from '../plan/storyboard-grid.ts';
import type { IngestContext } from './context.ts';

export type TakeStoryboardOptions = Readonly<{
  plan: Plan;
  package: Package;
  /** Working folder of this attempt, with its segments. */
  dir: string;
  context: Pick<IngestContext, 'tools' | 'report' | 'signal'>;
}>;

/**
 * The storyboard of a film that passed the gate. Undefined, with a warning, where none can be made: the
 * film plays without one.
 */
export async function takeStoryboard(
  options: TakeStoryboardOptions,
): Promise<PackagedStoryboard | undefined> {
  const { plan, dir, context } = options;
  const { tools, report, signal } = context;
  const { storyboard: grid } = plan;
  const smallest = options.package.renditions.find(({ name }) => name === plan.video[0]?.name);
  if (smallest === undefined) return undefined;
  const spans = tileSpans(grid, options.package.durationSeconds * 1000);
  try {
    const sheets = await makeStoryboard({
      tools,
      dir,
      rendition: smallest.name,
      segments: smallest.segments.map(({ file }) => file),
      init: plan.container === 'fmp4' ? INIT_FILE : undefined,
      grid,
      spans,
      frameMs: 1000 / toNumber(plan.grid.frameRate),
      ...keyFrameGaps(smallest.segments.map(({ facts }) => facts)),
      signal,
    });
    return { grid, spans, sheets };
  } catch (error) {
    signal.throwIfAborted();
    const why = cleanText(error instanceof Error ? error.message : '', { maxLength: 200 });
    report({ type: 'warning', message: `the film is published without a storyboard: ${why}` });
    return undefined;
  }
}

/** Between key frames, as measured; the end of the film counts as one. */
function keyFrameGaps(segments: readonly SegmentFacts[]) {
  const key = segments.flatMap(({ keyFrames }) => keyFrames.map(({ pts }) => pts));
  const end = segments.at(-1)?.lastPts;
  const times = end === undefined ? key : [...key, end];
  const gaps = times.slice(1).map((pts, index) => ticksBetween(times[index] ?? pts, pts));
  const longest = gaps.reduce((most, gap) => Math.max(most, gap), 0);
  return {
    keyFrameMs: (longest * 1000) / TICKS_PER_SECOND,
    hasEvenKeyFrames: longest > 0 && gaps.slice(0, -1).every((gap) => gap === longest),
  };
}
