import { measureVmaf, type VmafSample } from '../ffmpeg/quality/measure-vmaf.ts';
import { poolScores } from '../ffmpeg/quality/pool-scores.ts';
import { cleanText } from '../lib/clean-text.ts';
import { segmentStartSeconds } from '../model/grid.ts';
import type { Package, PackagedRendition } from '../model/package.ts';
import type { Plan } from '../model/plan.ts';
import type { Quality } from '../model/quality.ts';
import { toNumber } from '../model/rational.ts';
import { INIT_FILE } from '../model/segment.ts';
import type { IngestContext } from './context.ts';

export type TakeQualityOptions = Readonly<{
  plan: Plan;
  package: Pick<Package, 'renditions'>;
  /** Working folder of this attempt, with its segments. */
  dir: string;
  context: Pick<IngestContext, 'tools' | 'report' | 'signal'>;
}>;

/** 8 × 4 s miss a whole film by 0.5 at most, of an hour's by 0.9 (quality.md §7). */
const SAMPLES = 8;
const SAMPLE_SECONDS = 4;

/**
 * The quality of each rung that was encoded, by name, from the finished segments of a film that passed
 * the gate; told as an event. What cannot be measured is left out, with a warning: the film is no worse
 * for it. A copied rung is the film itself.
 */
export async function takeQuality(
  options: TakeQualityOptions,
): Promise<ReadonlyMap<string, Quality>> {
  const { plan, dir, context } = options;
  const { tools, report, signal } = context;
  const rungs = encodedRungs(options);
  if (rungs.length === 0) return new Map();
  if (!plan.picture.keepTimeStamps) {
    return unknown(
      'the time stamps of the film jump, so its pictures cannot be found again',
      report,
    );
  }
  try {
    const scores = new Map(rungs.map(({ name }) => [name, [] as number[]]));
    for (const sample of samplesOf(rungs, plan)) {
      const found = await measureVmaf({ tools, plan, dir, sample, signal });
      for (const [index, { name }] of rungs.entries()) {
        scores.get(name)?.push(...(found[index] ?? []));
      }
    }
    const quality = new Map([...scores].map(([name, all]) => [name, poolScores(all)]));
    const renditions = [...quality].map(([name, figures]) => ({ name, ...figures }));
    report({ type: 'quality', renditions });
    return quality;
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : '';
    return unknown(cleanText(why, { maxLength: 200 }), report);
  }
}

function unknown(why: string, report: IngestContext['report']): ReadonlyMap<string, Quality> {
  report({ type: 'warning', message: `the quality could not be measured: ${why}` });
  return new Map();
}

function encodedRungs({ plan, package: film }: TakeQualityOptions): readonly PackagedRendition[] {
  return plan.video.flatMap(({ name, isCopied }) => {
    const rendition = film.renditions.find((one) => one.name === name);
    return isCopied === true || rendition === undefined ? [] : [rendition];
  });
}

/** At equal distances, each from the beginning of a segment on: the gate has aligned all rungs. */
function samplesOf(rungs: readonly PackagedRendition[], plan: Plan): readonly VmafSample[] {
  const segments = rungs[0]?.segments.length ?? 0;
  const wanted = Math.round(SAMPLE_SECONDS * toNumber(plan.grid.frameRate));
  const count = Math.min(SAMPLES, segments);
  return Array.from({ length: count }, (_, place) => {
    const index = Math.floor(((place + 0.5) / count) * segments);
    const files = rungs.flatMap(({ name, segments: all }) => {
      const segment = all[index];
      return segment === undefined ? [] : [{ rendition: name, ...segment }];
    });
    return {
      startSeconds: segmentStartSeconds(plan.grid, index),
      frames: Math.min(wanted, ...files.map(({ facts }) => facts.frames)),
      rungs: files.map(({ rendition, file }) => ({
        rendition,
        file,
        ...(plan.container === 'fmp4' ? { init: INIT_FILE } : {}),
      })),
    };
  });
}
