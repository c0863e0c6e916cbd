import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { encodeArgs, soundArgs } from '../../src/ffmpeg/encode/encode-args.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Preset } from '../../src/model/preset.ts';
import { planFilmAt, smallPreset } from '../helpers/encode-film.ts';
import { type ClipOptions, makeClip } from '../helpers/make-clip.ts';
import { readFrameNumbers } from '../helpers/read-frame-numbers.ts';
import { runFfmpeg, runFfprobe } from '../helpers/run-ffmpeg.ts';
import { makeFastTempDir } from '../helpers/temp-dir.ts';

/** Long enough for a join in front of the last two segments. */
const SECONDS = 20;

/** Two rungs that a number can be read from, and that cost next to nothing. */
async function presetOf(container: Preset['container']): Promise<Preset> {
  const preset = await smallPreset();
  const [rung] = preset.rungs;
  if (rung === undefined) throw new Error('the preset has no rung');
  return {
    ...preset,
    container,
    rungs: [
      { ...rung, name: '90p', width: 160, height: 90 },
      { ...rung, name: '180p', width: 320, height: 180 },
    ],
  };
}

/** Runs ffmpeg in a folder, as the pipeline does. */
async function encode(dir: string, args: readonly string[]): Promise<void> {
  mkdirSync(dir, { recursive: true });
  await runFfmpeg([...args], { cwd: dir });
}

const segmentsIn = (dir: string) =>
  readdirSync(dir)
    .filter((file) => /^seg_/.test(file))
    .toSorted();

/** All segments of a rendition as one file, with its init segment in front where it has one. */
function joined(dir: string, rendition: string): string {
  const folder = join(dir, rendition);
  const init = readdirSync(folder).filter((file) => /^init.*\.mp4$/.test(file));
  const path = join(dir, `${rendition}.${init.length === 0 ? 'ts' : 'mp4'}`);
  const files = [...init.slice(0, 1), ...segmentsIn(folder)];
  writeFileSync(path, Buffer.concat(files.map((file) => readFileSync(join(folder, file)))));
  return path;
}

async function packetsOf(path: string): Promise<readonly unknown[]> {
  const entries = ['-show_entries', 'packet=pts,dts,flags', '-select_streams', 'v:0'];
  const { packets } = (await runFfprobe(path, entries)) as { packets: readonly unknown[] };
  return packets;
}

/** What a decoder says of the whole; nothing when all is well. */
async function complaintsOf(path: string): Promise<string> {
  const program = process.env['MOVIE_INGEST_FFMPEG'] || 'ffmpeg';
  const args = ['-hide_banner', '-nostdin', '-v', 'warning', '-i', path, '-f', 'null', '-'];
  const { stderr } = await execa(program, args);
  return stderr;
}

/** Encodes a film whole, and once more as if it had been cut off before segment `first`. */
async function encodeTwice(plan: Plan, first: number) {
  const whole = makeFastTempDir('whole');
  const resumed = makeFastTempDir('resumed');
  await encode(whole, plan.ffmpegArgs);
  await encode(resumed, encodeArgs(plan, { firstSegment: first }));
  for (const { name } of plan.video) {
    const inits = (dir: string) =>
      readdirSync(join(dir, name))
        .filter((file) => /^init.*\.mp4$/.test(file))
        .map((file) => readFileSync(join(dir, name, file)).toString('hex'));
    expect(inits(resumed)).toEqual(inits(whole));
    for (const file of segmentsIn(join(whole, name)).slice(0, first)) {
      copyFileSync(join(whole, name, file), join(resumed, name, file));
    }
  }
  return { whole, resumed };
}

type Remux = Readonly<{
  name: string;
  args: (path: string) => readonly string[];
  /** How often the first picture is shown again. */
  heldFrames: number;
}>;

type Film = Readonly<{
  clip: Partial<ClipOptions>;
  first: number;
  /** Copies it into another file, as it is to be encoded. */
  remux?: Remux;
  container?: Preset['container'];
}>;

const late = (stream: 'v' | 'a', seconds: number): Remux => ({
  name: 'late.mkv',
  heldFrames: stream === 'v' ? Math.round(24 * seconds) : 0,
  args: (path: string) => [
    ...['-itsoffset', String(seconds), '-i', path, '-i', path],
    ...['-map', `0:${stream}`, '-map', `1:${stream === 'v' ? 'a' : 'v'}`, '-c', 'copy'],
  ],
});

const B_FRAMES = ['-preset', 'veryfast', '-bf', '3', '-g', '50'];
/** As programs that record streams leave them: x264's default is one in 250 pictures. */
const FEW_KEY_FRAMES = ['-bf', '3', '-g', '400', '-sc_threshold', '0'];
const films: Record<string, Film> = {
  '24 fps with B-frames, three sound tracks': {
    first: 2,
    clip: {
      videoArgs: B_FRAMES,
      audio: [
        { language: 'eng' },
        { language: 'vie', channels: 1 },
        { language: 'fra', channels: 6 },
      ],
    },
  },
  '29.97 fps': { first: 2, clip: { rate: '30000/1001' } },
  '23.976 fps in Matroska': { first: 2, clip: { rate: '24000/1001', name: 'film.mkv' } },
  '59.94 fps, gone on with at its last segment': { first: 3, clip: { rate: '60000/1001' } },
  '25 fps in MPEG-TS': { first: 2, clip: { rate: '25', name: 'film.ts', videoArgs: B_FRAMES } },
  'key frames 16 s apart in MPEG-TS': {
    first: 2,
    clip: { rate: '25', name: 'film.ts', videoArgs: FEW_KEY_FRAMES },
  },
  'a picture that starts 0.5 s late': { first: 2, clip: {}, remux: late('v', 0.5) },
  'sound that starts 1.3 s late': { first: 2, clip: {}, remux: late('a', 1.3) },
  '25 fps in FLV': { first: 2, clip: { rate: '25', name: 'film.flv', videoArgs: B_FRAMES } },
  'H.264 with B-frames in AVI': {
    first: 2,
    clip: { rate: '25', name: 'film.avi', videoArgs: ['-preset', 'veryfast', '-g', '60'] },
  },
  '25 fps in WMV': {
    first: 2,
    clip: {
      rate: '25',
      name: 'film.wmv',
      videoArgs: ['-c:v', 'wmv2', '-b:v', '2M', '-g', '60'],
      audio: [{ codec: 'wmav2' }],
    },
  },
  '25 fps in MPEG-PS': {
    first: 2,
    clip: {
      rate: '25',
      name: 'film.mpg',
      videoArgs: ['-c:v', 'mpeg2video', '-b:v', '3M', '-bf', '2', '-g', '15'],
      audio: [{ codec: 'mp2' }],
    },
  },
  '29.97 fps in fMP4': { first: 2, container: 'fmp4', clip: { rate: '30000/1001' } },
};

describe('promise 4: a film that was gone on with has no seam', () => {
  test.each(Object.entries(films))('%s', async (_, film) => {
    const { clip, first, remux, container = 'mpegts' } = film;
    const made = await makeClip({
      dir: makeFastTempDir('film'),
      width: 320,
      height: 180,
      seconds: SECONDS,
      ...clip,
    });
    const path = remux === undefined ? made : join(makeFastTempDir('film'), remux.name);
    if (remux !== undefined) await runFfmpeg([...remux.args(made), `file:${path}`]);
    const plan = await planFilmAt(path, { preset: await presetOf(container) });
    expect(plan.isResumable).toBe(true);
    const { whole, resumed } = await encodeTwice(plan, first);
    for (const { name } of plan.video) {
      const [one, other] = [joined(whole, name), joined(resumed, name)];
      expect(await packetsOf(other)).toEqual(await packetsOf(one));
      const numbers = await readFrameNumbers(other);
      // A picture that starts late is shown from the beginning: the first one stands so long.
      const held = numbers.lastIndexOf(0);
      if (remux === undefined) expect(held).toBeLessThanOrEqual(1);
      else expect(held).toBe(remux.heldFrames);
      expect(numbers).toEqual(numbers.map((_number, index) => Math.max(0, index - held)));
      expect(numbers.length).toBeGreaterThan(SECONDS * 23);
      expect(await complaintsOf(other)).toBe('');
    }
    const sound = makeFastTempDir('sound');
    await encode(sound, soundArgs(plan));
    for (const { name } of plan.audio) {
      const files = readdirSync(join(sound, name)).filter((file) => /^seg_/.test(file));
      expect(files).toEqual(segmentsIn(join(whole, name)));
      for (const file of files) {
        const bytes = (dir: string) => readFileSync(join(dir, name, file));
        expect(bytes(sound).equals(bytes(whole)), `${name}/${file}`).toBe(true);
      }
    }
  });
});
