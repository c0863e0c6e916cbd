import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EncodedFilm } from './encode-film.ts';
import { runFfmpeg, runFfprobe } from './run-ffmpeg.ts';
import { makeFastTempDir } from './temp-dir.ts';

export type FlashFilmOptions = Readonly<{
  dir: string;
  name: string;
  /** `24000/1001`; default 24. */
  rate?: string;
  /** From flash to flash; default 48. */
  periodFrames?: number;
  seconds?: number;
  sampleRateHz?: number;
  /** Filters behind the picture and the sound, which may drop some of either; times are kept. */
  videoFilter?: string;
  audioFilter?: string;
  args?: readonly string[];
  /** In front of the output: `-c:v` and so on. Default H.264 and AAC. */
  codecs?: readonly string[];
}>;

/** A film that turns white for two pictures, and beeps, at the same moments. */
export async function makeFlashFilm(options: FlashFilmOptions): Promise<string> {
  const { dir, name, rate = '24', periodFrames = 48, seconds = 14 } = options;
  const path = join(dir, name);
  const [num = 24, den = 1] = rate.split('/').map(Number);
  const period = (periodFrames * den) / num;
  const white = `lt(mod(n\\,${periodFrames})\\,2)`;
  const picture = [
    `color=black:size=96x64:rate=${rate}:duration=${seconds}`,
    `drawbox=color=white:thickness=fill:enable='${white}'`,
    ...(options.videoFilter === undefined ? [] : [options.videoFilter]),
    'format=yuv420p',
  ];
  const sound = [
    `aevalsrc='if(lt(mod(t,${period}),0.08),0.6*sin(2*PI*1000*mod(t,${period})),0)':sample_rate=${options.sampleRateHz ?? 48_000}:duration=${seconds}`,
    ...(options.audioFilter === undefined ? [] : [options.audioFilter]),
  ];
  await runFfmpeg([
    ...['-filter_complex', `${picture.join(',')}[v];${sound.join(',')}[a]`],
    ...['-map', '[v]', '-map', '[a]', '-t', String(seconds), '-fps_mode', 'vfr'],
    ...(options.codecs ?? ['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac']),
    ...(options.args ?? []),
    `file:${path}`,
  ]);
  return path;
}

export type Moments = Readonly<{ flashes: readonly number[]; beeps: readonly number[] }>;

/** When an encoded film flashes and beeps, in seconds of its own clock, by the segments' time stamps. */
export async function findMoments(film: EncodedFilm): Promise<Moments> {
  const dir = makeFastTempDir('moments');
  const [rung] = film.plan.video;
  const [track] = film.plan.audio;
  const video = join(dir, 'v.ts');
  const audio = join(dir, 'a.ts');
  writeFileSync(video, film.join(rung?.name ?? ''));
  writeFileSync(audio, film.join(track?.name ?? ''));
  return { flashes: await findFlashes(video), beeps: await findBeeps(audio) };
}

/** First pictures that are white after black. */
async function findFlashes(path: string): Promise<readonly number[]> {
  const times = (await packetTimes(path)).toSorted((a, b) => a - b);
  const { stdout } = await runFfmpeg([
    ...['-i', path, '-fps_mode', 'passthrough', '-vf', 'scale=1:1:flags=area,format=gray'],
    ...['-f', 'rawvideo', 'pipe:1'],
  ]);
  const isWhite = (index: number) => (stdout[index] ?? 0) > 128;
  return times.filter((_, index) => isWhite(index) && !isWhite(index - 1));
}

const RATE = 8_000;

/** First loud samples after silence; the sound's packets follow one another without a gap. */
async function findBeeps(path: string): Promise<readonly number[]> {
  const times = await packetTimes(path);
  const { stdout } = await runFfmpeg([
    ...['-i', path, '-ac', '1', '-ar', String(RATE), '-f', 's16le', 'pipe:1'],
  ]);
  const samples = new Int16Array(stdout.buffer, stdout.byteOffset, stdout.length / 2);
  const beeps: number[] = [];
  let lastLoud = Number.NEGATIVE_INFINITY;
  for (const [index, sample] of samples.entries()) {
    if (Math.abs(sample) < 6_000) continue;
    if (index - lastLoud > RATE / 5) beeps.push((times[0] ?? 0) + index / RATE);
    lastLoud = index;
  }
  return beeps;
}

async function packetTimes(path: string): Promise<readonly number[]> {
  const { packets } = (await runFfprobe(path, ['-show_entries', 'packet=pts_time'])) as {
    packets: readonly { pts_time: string }[];
  };
  return packets.map(({ pts_time }) => Number(pts_time));
}

/** Of each flash that has a beep within half a second: how long after it the beep comes, in ms. */
export function offsetsOf({ flashes, beeps }: Moments): readonly number[] {
  return flashes.flatMap((flash) => {
    const near = beeps.filter((beep) => Math.abs(beep - flash) < 0.5);
    return near.length === 0 ? [] : [Math.round(((near[0] ?? 0) - flash) * 1000)];
  });
}
