import { compareDetail } from '../ffmpeg/quality/compare-detail.ts';
import { sampleBitrates } from '../ffmpeg/quality/sample-bitrates.ts';
import type { Measured } from '../model/measured.ts';
import type { Plan } from '../model/plan.ts';
import type { Preset } from '../model/preset.ts';
import { isVideoToolbox, type Tools } from '../model/toolchain.ts';
import { sampleTimes } from '../plan/sample-times.ts';

export type MeasurePictureOptions = Readonly<{
  /** As it is without what is measured here. */
  plan: Plan;
  preset: Pick<Preset, 'perTitle'>;
  tools: Tools;
  /** Whether to compare the two largest rungs: a second that `add` does not wait for. */
  looksAtDetail: boolean;
  signal?: AbortSignal | undefined;
}>;

/**
 * Looks at samples of a film for what its plan should know: whether the largest rung shows more than
 * the one below (a second), and, where that was asked for, what each rung needs (48 s of
 * it through a fast encode). What cannot be measured is left out.
 */
export async function measurePicture({
  plan,
  preset,
  tools,
  looksAtDetail,
  signal,
}: MeasurePictureOptions): Promise<Measured> {
  const times = sampleTimes(plan.source.durationMs);
  const [below, top] = plan.video.slice(-2);
  const detail =
    !looksAtDetail || below === undefined || top === undefined
      ? undefined
      : await compareDetail({
          tools,
          plan,
          top,
          below,
          at: times.map(({ startSeconds }) => startSeconds),
          signal,
        });
  const needsRates = preset.perTitle === true && isVideoToolbox(plan.encoder.name);
  const isEncoded = plan.video.some(({ isCopied }) => isCopied !== true);
  const sampled =
    needsRates && isEncoded ? await sampleBitrates({ tools, plan, times, signal }) : undefined;
  return {
    ...(detail === undefined ? {} : { detail }),
    ...(sampled === undefined ? {} : { sampled }),
  };
}
