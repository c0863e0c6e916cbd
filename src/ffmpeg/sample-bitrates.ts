import pLimit from 'p-limit';
import type { SampledRates } from '../model/measured.ts';
import type { Plan } from '../model/plan.ts';
import { toNumber } from '../model/rational.ts';
import type { Tools } from '../model/toolchain.ts';
import { filterGraph } from './filter-graph.ts';
import { sourceArgs } from './input-args.ts';
import { readCodedPackets } from './read-coded-packets.ts';
import { run } from './run.ts';

export type SampleBitratesOptions = Readonly<{
  tools: Tools;
  plan: Pick<Plan, 'source' | 'encoder' | 'picture' | 'grid' | 'video' | 'codec'>;
  /** Where, roughly: each sample begins at the key frame before. */
  times: readonly Readonly<{ startSeconds: number; seconds: number }>[];
  signal?: AbortSignal | undefined;
}>;

/**
 * Measures what each rung of a film takes at constant quality: samples of it go through the ladder's own
 * filters into libx264, whose packets are counted and thrown away. What the samples lack of the film, or
 * have too much, the source's own packets tell (quality.md §5.1). The same film gives the same figures,
 * however many cores there are. An objection is one line: `this ffmpeg has no libx264 that works`.
 */
export async function sampleBitrates(
  options: SampleBitratesOptions,
): Promise<SampledRates | Readonly<{ objection: string }>> {
  const packets = await readPackets(options);
  const windows = windowsOf(options, packets);
  const limit = pLimit(2);
  const made = await Promise.all(
    windows.map((window) => limit(() => encodeSample(options, window))),
  );
  const bits = made.flatMap((one) => one ?? []);
  const seconds = windows.length === 0 ? 0 : sum(windows.map((window) => window.seconds));
  const rungs = options.plan.video.filter(({ isCopied }) => isCopied !== true);
  if (made.includes(undefined) || bits.length < rungs.length * windows.length || seconds === 0) {
    return { objection: 'libx264 of this ffmpeg, which measures it, could not encode its samples' };
  }
  const correction = correctionOf(packets, windows);
  return {
    samples: windows.length,
    seconds: Number(seconds.toFixed(3)),
    correction: Number(correction.toFixed(3)),
    rungs: rungs.map(({ name }, index) => {
      const all = sum(made.map((one) => one?.[index] ?? 0));
      return { name, kbps: Math.round((all / 1000 / seconds) * correction) };
    }),
  };
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

/** x264's own threads change its bytes a little: a number of ours, whatever the machine has. */
const THREADS = 4;
/** HEVC's rate at a quality is taken from H.264's: its CRF counts otherwise, by one (quality.md §1). */
const HEVC_CRF_STEP = 1;

/** Bits of each encoded rung, in order; undefined when it failed. */
async function encodeSample(
  { tools, plan, signal }: SampleBitratesOptions,
  { startSeconds, seconds }: Window,
): Promise<readonly number[] | undefined> {
  const { source, encoder, grid, codec } = plan;
  const rungs = plan.video.filter(({ isCopied }) => isCopied !== true);
  const gop = 'gopFrames' in grid ? grid.gopFrames : Math.round(2 * toNumber(grid.frameRate));
  const bits = rungs.map(() => 0);
  const graph = filterGraph({ ...plan, encoder: { ...encoder, name: 'libx264' } }, 0);
  const result = await run(
    tools.ffmpeg,
    [
      ['-hide_banner', '-nostdin', '-loglevel', 'error'],
      ['-ss', startSeconds.toFixed(6), '-t', seconds.toFixed(6)],
      sourceArgs(source),
      ['-filter_complex', graph],
      ...rungs.flatMap((_, index) => ['-map', `[v${index}]`]),
      ['-c:v', 'libx264', '-preset', 'veryfast', '-threads:v', String(THREADS)],
      ['-g', String(gop), '-keyint_min', String(gop), '-sc_threshold', '0'],
      ...rungs.flatMap(({ crf }, index) => [
        `-crf:v:${index}`,
        String(codec === 'hevc' ? crf - HEVC_CRF_STEP : crf),
      ]),
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
