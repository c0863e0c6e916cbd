import pLimit from 'p-limit';
import type { SampledRates } from '../../model/measured.ts';
import type { Plan } from '../../model/plan.ts';
import { toNumber } from '../../model/rational.ts';
import { type EncoderName, isVideoToolbox, type Tools } from '../../model/toolchain.ts';
import { readCodedPackets } from '../copyable/read-coded-packets.ts';
import { encoderOptions } from '../encode/encoder-options.ts';
import { filterGraph } from '../encode/filter-graph.ts';
import { toneMapDevice } from '../encode/tone-map.ts';
import { pictureInput } from '../picture-input.ts';
import { run } from '../run.ts';

export type SampleBitratesOptions = Readonly<{
  tools: Tools;
  plan: Pick<Plan, 'source' | 'encoder' | 'picture' | 'grid' | 'video' | 'codec'>;
  /** Where, roughly: each sample begins at the key frame before. */
  times: readonly Readonly<{ startSeconds: number; seconds: number }>[];
  signal?: AbortSignal | undefined;
}>;

/**
 * Measures what each rung of a film takes at constant quality: samples of it go through the ladder's own
 * filters into libx264, whose packets are counted and thrown away; where this ffmpeg has no libx264, into
 * VideoToolbox itself. What the samples lack of the film, or have too much, the source's own packets tell
 * (quality.md §5.1). By libx264 the same film gives the same figures, however many cores there are. An
 * objection is one line: `libx264 of this ffmpeg could not encode its samples`.
 */
export async function sampleBitrates(
  options: SampleBitratesOptions,
): Promise<SampledRates | Readonly<{ objection: string }>> {
  const packets = await readPackets(options);
  const windows = windowsOf(options, packets);
  const gauges = gaugesOf(options.plan);
  const seconds = sum(windows.map((window) => window.seconds));
  const correction = correctionOf(packets, windows);
  for (const gauge of gauges) {
    const made = await encodeSamples(options, windows, gauge);
    if (made === undefined) continue;
    return {
      encoder: gauge.name,
      samples: windows.length,
      seconds: Number(seconds.toFixed(3)),
      correction: Number(correction.toFixed(3)),
      rungs: rungsOf(options.plan).map(({ name }, index) => {
        const all = sum(made.map((one) => one[index] ?? 0));
        return { name, kbps: Math.round((all / 1000 / seconds) * correction) };
      }),
    };
  }
  const names = gauges.map(({ name }) => name).join(' nor ');
  const neither = gauges.length > 1 ? 'neither ' : '';
  return { objection: `${neither}${names} of this ffmpeg could encode its samples` };
}

type Packet = Readonly<{ seconds: number; bytes: number; isKey: boolean }>;

/** Of the picture, in file order, from the film's start. */
async function readPackets({ tools, plan, signal }: SampleBitratesOptions): Promise<Packet[]> {
  const { path, video, clockStartUs } = plan.source;
  const tick = toNumber(video.timeBase);
  const packets: Packet[] = [];
  await readCodedPackets({
    tools,
    path,
    readers: new Map([
      [
        video.index,
        ({ pts, dts, bytes, isKey }) => {
          const at = pts ?? dts;
          if (at !== undefined) {
            packets.push({ seconds: at * tick - clockStartUs / 1e6, bytes, isKey });
          }
          return true;
        },
      ],
    ]),
    signal,
  });
  return packets;
}

type Window = Readonly<{ startSeconds: number; seconds: number }>;

/**
 * From key frame on: from inside a group of 10 s the seeks cost so much decoding that 20 s of samples
 * took as long as 30 s of film (quality.md §5.2).
 */
function windowsOf(
  { times, plan }: SampleBitratesOptions,
  packets: readonly Packet[],
): readonly Window[] {
  const keys = packets.filter(({ isKey }) => isKey).map(({ seconds }) => seconds);
  const filmSeconds = plan.source.durationMs / 1000;
  const windows = new Map<number, Window>();
  for (const { startSeconds, seconds } of times) {
    const key = keys.findLast((at) => at <= startSeconds) ?? startSeconds;
    const start = Math.max(0, key);
    windows.set(start, { startSeconds: start, seconds: Math.min(seconds, filmSeconds - start) });
  }
  return [...windows.values()].filter(({ seconds }) => seconds > 0);
}

/** 1 for a source of constant bit rate: nothing gained, nothing lost. */
function correctionOf(packets: readonly Packet[], windows: readonly Window[]): number {
  const rate = (some: readonly Packet[], seconds: number) =>
    sum(some.map(({ bytes }) => bytes)) / seconds;
  const [first, last] = [packets[0], packets.at(-1)];
  if (first === undefined || last === undefined || last.seconds <= first.seconds) return 1;
  const inside = packets.filter(({ seconds }) =>
    windows.some((one) => seconds >= one.startSeconds && seconds < one.startSeconds + one.seconds),
  );
  const sampled = rate(inside, sum(windows.map(({ seconds }) => seconds)));
  if (sampled === 0) return 1;
  return Math.min(2, Math.max(0.5, rate(packets, last.seconds - first.seconds) / sampled));
}

/** What measures, and how it is told to keep a quality. */
type Gauge = Readonly<{ name: EncoderName; args: readonly string[] }>;

/** x264's own threads change its bytes a little: a number of ours, whatever the machine has. */
const THREADS = 4;
/** HEVC's rate at a quality is taken from H.264's: its CRF counts otherwise, by one (quality.md §1). */
const HEVC_CRF_STEP = 1;
/**
 * VideoToolbox's own quality, of 100, for that of CRF 22: between the 60 and 65 of those who measured on
 * Macs (ffmpeg-hls.md §5.2). Only Apple's chips have it; Intel's refuse it.
 */
const VIDEOTOOLBOX_QUALITY = 65;

/** Best first. */
function gaugesOf(plan: SampleBitratesOptions['plan']): readonly Gauge[] {
  const { encoder, grid, codec } = plan;
  const gopFrames = 'gopFrames' in grid ? grid.gopFrames : Math.round(2 * toNumber(grid.frameRate));
  const gop = String(gopFrames);
  const x264: Gauge = {
    name: 'libx264',
    args: [
      ['-c:v', 'libx264', '-preset', 'veryfast', '-threads:v', String(THREADS)],
      ['-g', gop, '-keyint_min', gop, '-sc_threshold', '0'],
      ...rungsOf(plan).map(({ crf }, index) => [
        `-crf:v:${index}`,
        String(codec === 'hevc' ? crf - HEVC_CRF_STEP : crf),
      ]),
    ].flat(),
  };
  if (!isVideoToolbox(encoder.name)) return [x264];
  const quality = ['-q:v', String(VIDEOTOOLBOX_QUALITY)];
  const own = {
    name: encoder.name,
    args: [...encoderOptions({ ...encoder, gopFrames }), ...quality],
  };
  return [x264, own];
}

function rungsOf({ video }: SampleBitratesOptions['plan']) {
  return video.filter(({ isCopied }) => isCopied !== true);
}

/** Bits of each encoded rung, by window; undefined when one of them failed, which ends it. */
async function encodeSamples(
  options: SampleBitratesOptions,
  windows: readonly Window[],
  gauge: Gauge,
): Promise<readonly (readonly number[])[] | undefined> {
  const limit = pLimit(2);
  let hasFailed = windows.length === 0;
  const made = await Promise.all(
    windows.map((window) =>
      limit(async () => {
        const bits = hasFailed ? undefined : await encodeSample(options, window, gauge);
        hasFailed ||= bits === undefined;
        return bits ?? [];
      }),
    ),
  );
  return hasFailed ? undefined : made;
}

/** Bits of each encoded rung, in order; undefined when it failed. */
async function encodeSample(
  { tools, plan, signal }: SampleBitratesOptions,
  { startSeconds, seconds }: Window,
  gauge: Gauge,
): Promise<readonly number[] | undefined> {
  const { source, encoder } = plan;
  const bits = rungsOf(plan).map(() => 0);
  const graph = filterGraph({ ...plan, encoder: { ...encoder, name: gauge.name } }, 0);
  const result = await run(
    tools.ffmpeg,
    [
      ['-hide_banner', '-nostdin', '-loglevel', 'error'],
      toneMapDevice(plan.picture.toneMap),
      ['-ss', startSeconds.toFixed(6), '-t', seconds.toFixed(6)],
      pictureInput(source),
      ['-filter_complex', graph],
      ...bits.map((_, index) => ['-map', `[v${index}]`]),
      gauge.args,
      // A line for each packet, its size in it, and nothing on disk.
      ['-f', 'framecrc', 'pipe:1'],
    ].flat(),
    {
      signal,
      timeoutMs: 300_000,
      onStdoutLine: (line) => {
        const [rung, , , , bytes] = line.split(',').map(Number);
        if (rung !== undefined && bytes !== undefined && bits[rung] !== undefined) {
          bits[rung] += bytes * 8;
        }
      },
    },
  );
  signal?.throwIfAborted();
  const isMade = result.outcome === 'exited' && result.exitCode === 0;
  return isMade && bits.every((count) => count > 0) ? bits : undefined;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
