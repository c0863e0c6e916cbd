import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { loadPreset } from '../../src/config/load-preset.ts';
import { encodeArgs } from '../../src/ffmpeg/encode/encode-args.ts';
import { measureFilm, measureMade } from '../../src/ffmpeg/loudness/measure-loudness.ts';
import { trySound } from '../../src/ffmpeg/loudness/try-sound.ts';
import { probe } from '../../src/ffmpeg/probe/probe.ts';
import { hearSound } from '../../src/ingest/hear-sound.ts';
import { scanSegment } from '../../src/lib/mpegts/scan-segment.ts';
import { audioRenditions } from '../../src/plan/audio-renditions.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { measureTones } from '../helpers/measure-tones.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { toolchainOf } from '../helpers/toolchain-of.ts';

const tools = {
  ffmpeg: process.env['MOVIE_INGEST_FFMPEG'] || 'ffmpeg',
  ffprobe: process.env['MOVIE_INGEST_FFPROBE'] || 'ffprobe',
};
const { signal } = new AbortController();
const tiny = await loadPreset('tests/fixtures/presets/tiny.json', { cwd: process.cwd() });
const preset = { ...tiny, audio: { ...tiny.audio, kbps: 128, surround: true, normalize: true } };
const dir = makeTempDir('sound-alone');

const noise = (seconds: number, volume: number) =>
  `anoisesrc=d=${seconds}:c=pink:r=48000:a=${volume}:seed=7`;

/** 5.1 and mono beside a picture of 14 s: three segments. */
const film = makeClip({
  dir,
  name: 'film.mkv',
  width: 320,
  height: 180,
  seconds: 14,
  audio: [
    { language: 'eng', channels: 6, codec: 'ac3', isDefault: true },
    { language: 'vie', channels: 1, codec: 'flac' },
  ],
});

async function planIt(path: string) {
  const source = await probe(path, { tools, signal });
  const audio = source.audio.map((track) => ({
    ...track,
    loudness: { audio: -23, surround: -21 },
  }));
  return makePlan({
    slug: 'film',
    source: { ...source, audio },
    preset,
    toolchain: toolchainOf(),
    encodeArgs,
  });
}

async function encodeInto(name: string, args: readonly string[], folders: readonly string[]) {
  const cwd = join(dir, name);
  for (const folder of folders) await mkdir(join(cwd, folder), { recursive: true });
  await execa(tools.ffmpeg, args, { cwd, stdin: 'ignore' });
  const files = await Promise.all(
    folders.map(async (folder) => {
      const names = (await readdir(join(cwd, folder))).filter((file) => file.endsWith('.ts'));
      return names.toSorted().map((file) => join(cwd, folder, file));
    }),
  );
  return files.flat();
}

describe('sound made again by a process of its own (performance.md §1.3)', () => {
  test('is the same in every byte: downmix, limiter, 5.1 and gain included', async () => {
    const plan = await planIt(await film);
    expect(plan.audio.map(({ name, gainDb }) => [name, gainDb])).toEqual([
      ['audio-en', 7],
      ['audio-vi', 7],
      ['audio-en-surround', 5],
    ]);
    const sounds = plan.audio.map(({ name }) => name);
    const pictures = plan.video.map(({ name }) => name);
    const whole = await encodeInto('whole', plan.ffmpegArgs, [...pictures, ...sounds]);
    const alone = await encodeInto('alone', withoutPicture(plan.ffmpegArgs), sounds);
    const soundOf = whole.filter((path) => path.includes('audio-'));
    expect(alone).toHaveLength(9);
    expect(alone.map((path) => path.slice(join(dir, 'alone').length))).toEqual(
      soundOf.map((path) => path.slice(join(dir, 'whole').length)),
    );
    for (const [index, path] of alone.entries()) {
      expect(Buffer.compare(await readFile(path), await readFile(soundOf[index] ?? ''))).toBe(0);
    }
  });
});

/** The same arguments but for the picture's. */
function withoutPicture(args: readonly string[]): readonly string[] {
  return args.flatMap((argument, index) => {
    const before = args[index - 1] ?? '';
    const isPicture =
      /^(-filter_complex|-c:v.*|-preset.*|-crf.*|-maxrate.*|-bufsize.*|-profile.*|-g:v|-flags:v|-a53cc:v|-sc_threshold:v|-forced-idr:v|-force_key_frames:v)$/;
    if (isPicture.test(argument) || isPicture.test(before)) return [];
    if (/^\[v\d+\]$/.test(argument) || (argument === '-map' && /^\[v/.test(args[index + 1] ?? '')))
      return [];
    if (before === '-var_stream_map') return [argument.replace(/v:\d+,name:\S+ /g, '')];
    return [argument];
  });
}

describe('the loudness', () => {
  async function encodeTrack(path: string, loudness?: number) {
    const source = await probe(path, { tools, signal });
    const tracks = source.audio.map((track) => ({
      ...track,
      ...(loudness === undefined ? {} : { loudness: { audio: loudness } }),
    }));
    const plan = makePlan({
      slug: 'film',
      source: { ...source, audio: tracks },
      preset: { ...preset, audio: { ...preset.audio, surround: false } },
      toolchain: toolchainOf(),
      encodeArgs,
    });
    const name = `t${performance.now()}`;
    const sounds = plan.audio.map((rendition) => rendition.name);
    const made = await encodeInto(name, withoutPicture(plan.ffmpegArgs), sounds);
    const pieces = async function* () {
      for (const path of made) yield await readFile(path);
    };
    return measureMade({ tools, container: 'mpegts', pieces: pieces(), signal });
  }

  async function filmOf(name: string, sound: string): Promise<string> {
    const path = join(dir, name);
    const picture = 'color=gray:s=160x90:r=24:d=14';
    await runFfmpeg([
      ...['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', sound],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'pcm_f32le', '-shortest', path],
    ]);
    return path;
  }

  async function measureFirst(path: string): Promise<number> {
    const source = await probe(path, { tools, signal });
    const renditions = audioRenditions(source.audio, tiny);
    const measured = await measureFilm({ tools, source, renditions, signal });
    return measured.get(renditions[0]?.name ?? '')?.integratedLufs ?? Number.NaN;
  }

  test.each([
    ['quiet', 0.02],
    ['loud', 0.9],
  ])('of a %s film is brought to −16 LUFS with peaks below −1 dBTP', async (name, volume) => {
    const path = await filmOf(`${name}.mkv`, noise(14, volume));
    const before = await measureFirst(path);
    expect(Math.abs(before + 16)).toBeGreaterThan(3);
    const made = await encodeTrack(path, before);
    expect(Math.abs((made?.integratedLufs ?? 0) + 16)).toBeLessThan(1);
    expect(made?.truePeakDbtp).toBeLessThan(-1);
  });

  test('is lifted with peaks held by the limiter, where they would go over', async () => {
    const bursts = `${noise(14, 0.05)},volume='if(lt(mod(t,4),0.02),6,1)':eval=frame`;
    const path = await filmOf('bursts.mkv', bursts);
    const made = await encodeTrack(path, await measureFirst(path));
    expect(made?.truePeakDbtp).toBeLessThan(-0.5);
    expect(Math.abs((made?.integratedLufs ?? 0) + 16)).toBeLessThan(1.5);
  });

  test('is made up for where the limiter takes it off again', async () => {
    const drum = '0.95*exp(-60*mod(t,0.5))*sin(2*PI*300*t)+0.01*sin(2*PI*440*t)';
    const path = await filmOf('drums.mkv', `aevalsrc='${drum}|${drum}':s=48000:d=14`);
    const uncorrected = await encodeTrack(path, await measureFirst(path));
    expect(uncorrected?.integratedLufs).toBeLessThan(-18);
    const source = await probe(path, { tools, signal });
    const stereo = { ...preset, audio: { ...preset.audio, surround: false } };
    const context = { tools, preset: stereo, report: () => {}, signal };
    const { audio } = await hearSound(source, context);
    const made = await encodeTrack(path, audio[0]?.loudness?.audio);
    expect(Math.abs((made?.integratedLufs ?? 0) + 16)).toBeLessThan(1.2);
    expect(made?.truePeakDbtp).toBeLessThan(-0.5);
  });

  test('is measured twice alike, and of silence without a peak', async () => {
    const path = await filmOf('again.mkv', noise(14, 0.1));
    expect(await measureFirst(path)).toBe(await measureFirst(path));
    const silent = await filmOf('silent.mkv', 'anullsrc=r=48000:cl=stereo,atrim=end=14');
    expect(await encodeTrack(silent)).toEqual({ integratedLufs: -70, rangeLu: 0 });
  });

  test('of segments that are none is not known', async () => {
    const pieces = async function* () {
      yield Buffer.from('nothing of the kind'.repeat(100));
    };
    expect(
      await measureMade({ tools, container: 'mpegts', pieces: pieces(), signal }),
    ).toBeUndefined();
  });
});

describe('sound that cannot be decoded', () => {
  /** A film whose second track claims a codec that no ffmpeg has: its tag is another one's. */
  async function withUnknownTrack(name: string, tracks: number): Promise<string> {
    const path = await makeClip({
      dir,
      name,
      width: 160,
      height: 90,
      seconds: 3,
      audio: Array.from({ length: tracks }, (_, index) => ({
        language: index === 0 ? 'eng' : 'vie',
        codec: 'flac',
      })),
    });
    const bytes = await readFile(path);
    const at = bytes.lastIndexOf('A_FLAC');
    bytes.write('A_NONE', at, 'latin1');
    await writeFile(path, bytes);
    return path;
  }

  test('is named and left out while there is other sound', async () => {
    const path = await withUnknownTrack('two.mkv', 2);
    const heard = await trySound(await probe(path, { tools, signal }), { tools, signal });
    expect(heard.audio.map(({ language }) => language)).toEqual(['en']);
    expect(heard.audioLeftOut).toEqual([
      expect.objectContaining({
        language: 'vi',
        why: expect.stringMatching(/does not know|cannot decode|no sound/),
      }),
    ]);
  });

  test('is a reason to refuse the film when there is no other', async () => {
    const path = await withUnknownTrack('one.mkv', 1);
    const source = await probe(path, { tools, signal });
    await expect(trySound(source, { tools, signal })).rejects.toMatchObject({ exit: 'film' });
  });

  test('does not refuse a film that never had any', async () => {
    const path = await makeClip({
      dir,
      name: 'none.mp4',
      width: 160,
      height: 90,
      seconds: 1,
      audio: [],
    });
    const source = await probe(path, { tools, signal });
    expect(await trySound(source, { tools, signal })).toBe(source);
  });
});

describe("a telephone's sound, several frames to a packet", () => {
  /** AMR at 12.2 kbit/s, a frame to a packet; noise. */
  async function makeAmr(name: string): Promise<string> {
    const raw = join(dir, `${name}.amr`);
    const frame = (at: number) =>
      Buffer.from([0x3c, ...Array.from({ length: 31 }, (_, byte) => (at * 31 + byte * 97) & 255)]);
    const frames = Array.from({ length: 100 }, (_, at) => frame(at));
    await writeFile(raw, Buffer.concat([Buffer.from('#!AMR\n'), ...frames]));
    const path = join(dir, `${name}.mov`);
    await runFfmpeg([
      // One picture, so that all the sound lies in one piece.
      ...['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=1/2:d=2', '-i', raw, '-pix_fmt', 'yuv420p'],
      ...['-c:a', 'copy', path],
    ]);
    return path;
  }

  /** Five frames become one packet: the same bytes, told otherwise by the tables of the sound track. */
  async function packFive(path: string): Promise<void> {
    const bytes = await readFile(path);
    const scale = (at: number, factor: number) =>
      bytes.writeUInt32BE(bytes.readUInt32BE(at) * factor, at);
    const entry = bytes.indexOf('samr');
    const [times, chunks, sizes] = ['stts', 'stsc', 'stsz'].map((it) => bytes.indexOf(it, entry));
    if (times === undefined || chunks === undefined || sizes === undefined) throw new Error(path);
    scale(times + 12, 1 / 5);
    scale(times + 16, 5);
    scale(chunks + 16, 1 / 5);
    scale(sizes + 8, 5);
    scale(sizes + 12, 1 / 5);
    await writeFile(path, bytes);
  }

  test('is used where a packet is a frame', async () => {
    const source = await probe(await makeAmr('single'), { tools, signal });
    expect(await trySound(source, { tools, signal })).toBe(source);
  });

  test('is not published with holes by an ffmpeg that decodes the first of each', async () => {
    const path = await makeAmr('packed');
    await packFive(path);
    const source = await probe(path, { tools, signal });
    const raw = ['-v', 'error', '-i', path, '-vn', '-f', 's16le', 'pipe:1'];
    const { stdout } = await execa(tools.ffmpeg, raw, { encoding: 'buffer', stdin: 'ignore' });
    const decodedSeconds = stdout.length / 16_000;
    const trial = trySound(source, { tools, signal });
    if (decodedSeconds > 1.9) expect(await trial).toBe(source);
    else await expect(trial).rejects.toMatchObject({ exit: 'film', why: /part of each packet/ });
  });
});

test('a broadcast that turns from stereo to 5.1 goes on in time, and neither part is lost', async () => {
  const part = async (name: string, channels: 2 | 6) => {
    const audio = [{ channels, codec: 'ac3' }];
    const timing = ['-muxdelay', '0', '-output_ts_offset', channels === 2 ? '0' : '7'];
    return makeClip({
      dir,
      name,
      width: 160,
      height: 90,
      seconds: 7,
      rate: '25',
      audio,
      outputArgs: timing,
    });
  };
  const parts = [await part('first.ts', 2), await part('second.ts', 6)];
  const list = join(dir, 'parts.txt');
  await writeFile(list, parts.map((path) => `file '${path}'\n`).join(''));
  const path = join(dir, 'broadcast.ts');
  await runFfmpeg(['-f', 'concat', '-safe', '0', '-i', list, '-map', '0', '-c', 'copy', path]);
  const source = await probe(path, { tools, signal });
  const own = { ...preset, audio: { ...tiny.audio, kbps: 128 } };
  const plan = makePlan({
    slug: 'film',
    source,
    preset: own,
    toolchain: toolchainOf(),
    encodeArgs,
  });
  const made = await encodeInto('broadcast', withoutPicture(plan.ffmpegArgs), ['audio-und']);
  const facts = await Promise.all(made.map(async (file) => scanSegment(await readFile(file))));
  expect(facts.flatMap(({ problems }) => problems)).toEqual([]);
  const seconds = facts.reduce((sum, { frames }) => sum + (frames * 1024) / 48_000, 0);
  expect(seconds).toBeGreaterThan(13.8);
  expect(seconds).toBeLessThan(14.2);
  const tones = { channels: 2, frequencies: [440] };
  const joined = join(dir, 'joined.ts');
  await writeFile(joined, Buffer.concat(await Promise.all(made.map((file) => readFile(file)))));
  for (const from of [2, 11]) {
    const levels = await measureTones(joined, { ...tones, from });
    for (const side of [0, 1]) expect(levels[side]?.[440]).toBeGreaterThan(-22);
  }
});
