import { toNumber } from '../../model/rational.ts';
import type { Source } from '../../model/source.ts';
import type { Tools } from '../../model/toolchain.ts';
import { pictureInput } from '../picture-input.ts';
import { run } from '../run.ts';
import { type GreyPicture, scorePicture } from './score-picture.ts';

/** A picture of the film. */
export type Moment = Readonly<{
  timeMs: number;
  /** ffmpeg's input options that make it the first picture that comes out. */
  seek: readonly string[];
}>;

export type FindPosterMomentOptions = Readonly<{
  tools: Tools;
  source: Source;
  signal?: AbortSignal | undefined;
}>;

/** Below this a picture is dark, flat, blurred or in a fade: look further. Good ones have 0.2 to 0.6. */
const GOOD_SCORE = 0.08;

/** Pictures are judged at this size, squeezed: shape does not matter. */
const GREY = { width: 160, height: 90 } as const;

/** Of the film that is decoded, at most, when its key frames will not do. */
const MAX_DECODED_SECONDS = 30;

/**
 * A moment that stands for the film: not its first picture, not black, not in a fade. Three to eight
 * key frames between 10 and 80 % of the film are judged, since a key frame costs one seek and a few
 * decoded pictures, where an exact time costs all pictures since the key frame before. Only when none
 * of them is good (few key frames, dark ones) a stretch of up to half a minute is decoded and judged.
 * Deterministic. When nothing can be judged, the first picture.
 */
export async function findPosterMoment(options: FindPosterMomentOptions): Promise<Moment> {
  const keyFrames = await judgeKeyFrames(options);
  const best = bestOf(keyFrames);
  if (best !== undefined && best.score >= GOOD_SCORE) return best.moment;
  const others = await judgeStretch(options);
  return bestOf([...keyFrames, ...others])?.moment ?? { timeMs: 0, seek: [] };
}

type Judged = Readonly<{ moment: Moment; score: number }>;

function bestOf(judged: readonly Judged[]): Judged | undefined {
  return judged.reduce<Judged | undefined>(
    (best, one) => (best === undefined || one.score > best.score ? one : best),
    undefined,
  );
}

async function judgeKeyFrames(options: FindPosterMomentOptions): Promise<readonly Judged[]> {
  const { source } = options;
  const { from, span } = stretchOf(source);
  const count = Math.min(8, Math.max(3, Math.round(source.durationMs / 6_000)));
  const judged = new Map<number, Judged>();
  for (let index = 0; index < count; index += 1) {
    const seconds = (from + (span * index) / (count - 1)) / 1000;
    const seek = ['-noaccurate_seek', '-ss', seconds.toFixed(3)];
    const gap = gapFrames(source);
    const [shot, later] = await grab(options, {
      seek,
      select: `eq(n,0)+eq(n,${gap})`,
      count: 2,
    });
    if (shot === undefined || isFirst(shot.timeMs, source) || judged.has(shot.timeMs)) continue;
    const score = scorePicture(shot.picture, later?.picture);
    judged.set(shot.timeMs, { moment: { timeMs: shot.timeMs, seek }, score });
  }
  return [...judged.values()];
}

/** Eight pairs of pictures, evenly over the stretch, from one decode. */
async function judgeStretch(options: FindPosterMomentOptions): Promise<readonly Judged[]> {
  const { source } = options;
  const { from, span } = stretchOf(source);
  const fps = toNumber(source.video.frameRate);
  const seconds = Math.min(span / 1000, MAX_DECODED_SECONDS);
  const step = Math.max(1, Math.floor((seconds * fps) / 8));
  const gap = gapFrames(source);
  const isPaired = step > gap;
  const shots = await grab(options, {
    seek: ['-ss', (from / 1000).toFixed(3), '-t', (seconds + 0.5).toFixed(3)],
    select: isPaired ? `not(mod(n,${step}))+eq(mod(n,${step}),${gap})` : `not(mod(n,${step}))`,
    count: isPaired ? 16 : 8,
  });
  return shots.flatMap((shot, index) => {
    if (isFirst(shot.timeMs, source) || (isPaired && index % 2 === 1)) return [];
    const seekSeconds = Math.max(0, shot.timeMs / 1000 - 0.5 / fps);
    const moment = { timeMs: shot.timeMs, seek: ['-ss', seekSeconds.toFixed(6)] };
    const later = isPaired ? shots[index + 1]?.picture : undefined;
    return [{ moment, score: scorePicture(shot.picture, later) }];
  });
}

/** 10 to 80 %: after the opening titles, before the credits. */
function stretchOf({ durationMs, video }: Source): Readonly<{ from: number; span: number }> {
  const length = durationMs - video.startMs;
  return { from: video.startMs + 0.1 * length, span: 0.7 * length };
}

/** A sixth of a second: far enough to see a fade, near enough to be cheap. */
function gapFrames({ video }: Source): number {
  return Math.max(1, Math.round(toNumber(video.frameRate) / 6));
}

function isFirst(timeMs: number, { video }: Source): boolean {
  return timeMs < video.startMs + 500 / toNumber(video.frameRate);
}

type Shot = Readonly<{ timeMs: number; picture: GreyPicture }>;

type GrabRequest = Readonly<{ seek: readonly string[]; select: string; count: number }>;

/**
 * The selected pictures in grey, with their times from the film's start: pixels on stdout, times as
 * `framecrc` lines on stderr, which is silent otherwise. What cannot be decoded is left out.
 */
async function grab(
  { tools, source, signal }: FindPosterMomentOptions,
  { seek, select, count }: GrabRequest,
): Promise<readonly Shot[]> {
  const { width, height } = GREY;
  const take = ['-fps_mode', 'passthrough', '-frames:v', String(count)];
  const graph =
    `[0:${source.video.index}]select='${select}',scale=${width}:${height}:flags=area:out_range=pc,` +
    'format=gray,split[pixels][times]';
  const args = [
    ['-hide_banner', '-nostdin', '-loglevel', 'quiet'],
    // One thread: more would decode ahead what nobody looks at.
    ['-copyts', '-start_at_zero', '-threads', '1', ...seek, ...pictureInput(source)],
    ['-filter_complex', graph],
    ['-map', '[pixels]', ...take, '-f', 'rawvideo', 'pipe:1'],
    ['-map', '[times]', ...take, '-f', 'framecrc', 'pipe:2'],
  ].flat();
  const { stdout, stderrTail } = await run(tools.ffmpeg, args, { timeoutMs: 120_000, signal });
  signal?.throwIfAborted();
  return readTimes(stderrTail).flatMap((timeMs, index) => {
    const pixels = stdout.subarray(index * width * height, (index + 1) * width * height);
    return pixels.length < width * height ? [] : [{ timeMs, picture: { ...GREY, pixels } }];
  });
}

/** `#tb 0: 1/24`, then for each picture `0,  dts,  pts,  duration,  bytes,  checksum`. */
function readTimes(lines: readonly string[]): readonly number[] {
  let secondsPerTick = 0;
  const times: number[] = [];
  for (const line of lines) {
    const base = /^#tb 0: (\d+)\/(\d+)/.exec(line);
    if (base !== null) secondsPerTick = Number(base[1]) / Number(base[2]);
    const picture = /^0,\s*-?\d+,\s*(-?\d+),/.exec(line);
    if (picture !== null) times.push(Math.round(Number(picture[1]) * secondsPerTick * 1000));
  }
  return times;
}
