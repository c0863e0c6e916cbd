import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { IngestError } from '../../errors.ts';
import type { Plan } from '../../model/plan.ts';
import { toNumber } from '../../model/rational.ts';
import type { Tools } from '../../model/toolchain.ts';
import { demandSuccess } from '../encode/demand-success.ts';
import { filterGraph } from '../encode/filter-graph.ts';
import { toneMapDevice } from '../encode/tone-map.ts';
import { pictureInput } from '../picture-input.ts';
import { run } from '../run.ts';

/** The beginning of a segment, of each rung that was encoded. */
export type VmafSample = Readonly<{
  /** Of the segment, from the film's start. */
  startSeconds: number;
  /** How many pictures, from the segment's first on; no rung has fewer. */
  frames: number;
  /** In the plan's order. */
  rungs: readonly Readonly<{ rendition: string; file: string; init?: string | undefined }>[];
}>;

export type MeasureVmafOptions = Readonly<{
  tools: Tools;
  plan: Pick<Plan, 'source' | 'encoder' | 'picture' | 'grid' | 'video' | 'burnt' | 'container'>;
  /** Holds a folder for each rendition, and what is drawn into the picture. Absolute. */
  dir: string;
  sample: VmafSample;
  signal: AbortSignal;
}>;

/**
 * Decoded before the first picture that is scored: its filters need what is on screen there. In a
 * transport stream a seek may land behind a key frame, and the next may be 10 s away.
 */
const MARGIN_SECONDS = 15;
/** 94.3 instead of 94.1, for three quarters of the price (quality.md §7). */
const EVERY = 3;

/**
 * VMAF of single pictures of each encoded rung against what its encoder was given: the film is decoded
 * again from a little before and goes through the very filters of the encode, to the rung's own size.
 * Pictures are paired by their number (by time stamps the same pair scored 78 instead of 94:
 * quality.md §8). Throws `encode` when ffmpeg fails or scores nothing.
 */
export async function measureVmaf(
  options: MeasureVmafOptions,
): Promise<readonly (readonly number[])[]> {
  const { tools, plan, dir, sample, signal } = options;
  const logs = sample.rungs.map(({ rendition }) => `vmaf-${rendition}.json`);
  const fps = toNumber(plan.grid.frameRate);
  const from = Math.max(0, sample.startSeconds - MARGIN_SECONDS);
  const needed = sample.startSeconds - from + sample.frames / fps + MARGIN_SECONDS;
  const result = await run(
    tools.ffmpeg,
    [
      ['-hide_banner', '-nostdin', '-y', '-loglevel', 'error', '-copyts', '-start_at_zero'],
      toneMapDevice(plan.picture.toneMap),
      from === 0 ? [] : ['-ss', from.toFixed(6)],
      ['-t', needed.toFixed(6)],
      pictureInput(plan.source),
      ...sample.rungs.map((rung) => rungArgs(rung)),
      ['-filter_complex', graphOf(options, logs)],
      ...logs.map((_, index) => ['-map', `[q${index}]`]),
      ['-fps_mode', 'passthrough', '-f', 'null', '-'],
    ].flat(),
    { cwd: dir, signal, timeoutMs: 600_000 },
  );
  demandSuccess(result, { signal });
  return Promise.all(logs.map((log) => readScores(join(dir, log))));
}

/** Names of ours, without anything that a protocol could take for its own. */
function rungArgs({ rendition, file, init }: VmafSample['rungs'][number]): readonly string[] {
  const name = `${rendition}/${file}`;
  return [
    ['-protocol_whitelist', 'file,concat', '-format_whitelist', 'mpegts,mov'],
    ['-i', init === undefined ? `file:${name}` : `concat:${rendition}/${init}|${name}`],
  ].flat();
}

function graphOf({ plan, sample }: MeasureVmafOptions, logs: readonly string[]): string {
  const { num, den } = plan.grid.frameRate;
  const halfFrame = den / num / 2;
  // From 4:2:0 in planes, as libvmaf wants it, whatever the encoder was.
  const film = filterGraph(
    { ...plan, encoder: { ...plan.encoder, name: 'libx264' } },
    sample.startSeconds,
  );
  const numbered = `settb=${den}/${num},setpts=N,trim=end_frame=${sample.frames}`;
  const pairs = logs.flatMap((log, index) => [
    // Beside a copied rung the film's pictures come as they are, from before the segment on.
    `[v${index}]trim=start=${Math.max(0, sample.startSeconds - halfFrame).toFixed(6)},${numbered}[r${index}]`,
    `[${index + 1}:v]format=yuv420p,${numbered}[d${index}]`,
    `[d${index}][r${index}]libvmaf=log_fmt=json:log_path=${log}:n_threads=2:n_subsample=${EVERY}:shortest=1[q${index}]`,
  ]);
  return [film, ...pairs].join(';');
}

const Log = z.object({
  frames: z.array(z.object({ metrics: z.object({ vmaf: z.number().optional() }) })),
});

async function readScores(path: string): Promise<readonly number[]> {
  const { frames } = Log.parse(JSON.parse(await readFile(path, 'utf8')));
  await rm(path, { force: true });
  const scores = frames.flatMap(({ metrics }) => metrics.vmaf ?? []);
  if (scores.length > 0) return scores;
  throw new IngestError('encode', { what: 'libvmaf scored no picture' });
}
