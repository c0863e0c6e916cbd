import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadPreset } from '../../src/config/load-preset.ts';
import { encodeArgs } from '../../src/ffmpeg/encode/encode-args.ts';
import { probe } from '../../src/ffmpeg/probe/probe.ts';
import type { ScannedSegment } from '../../src/hls/collect-renditions.ts';
import { gate } from '../../src/hls/gate.ts';
import { segmentJudge } from '../../src/hls/segment-judge.ts';
import { findCopyable } from '../../src/ingest/find-copyable.ts';
import { scanSegment } from '../../src/lib/mpegts/scan-segment.ts';
import { isCutList, plannedSegment, ptsOf, targetSeconds } from '../../src/model/grid.ts';
import { copiedNames, type Plan } from '../../src/model/plan.ts';
import type { Preset } from '../../src/model/preset.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { TOOLS } from '../helpers/encode-film.ts';
import { type ClipOptions, makeClip } from '../helpers/make-clip.ts';
import { SMALL } from '../helpers/new-user.ts';
import { readFrameNumbers } from '../helpers/read-frame-numbers.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { makeFastTempDir } from '../helpers/temp-dir.ts';
import { toolchainOf } from '../helpers/toolchain-of.ts';

const dir = makeFastTempDir('copy');
const tools = TOOLS;

/** The clips are what its larger rung would be. */
const preset = await loadPreset(SMALL, { cwd: '/' });

/** Irregular key frames, at most 4 s apart; B-frames; a pixel rate that players have. */
const KEY_SECONDS = [0, 1.5, 4.2, 7.1, 7.6, 10.9, 13.5];
const FITTING = [
  ...['-preset', 'veryfast', '-profile:v', 'high', '-bf', '3', '-g', '90', '-sc_threshold', '0'],
  ...['-force_key_frames', KEY_SECONDS.join(), '-b:v', '300k'],
];
const SECONDS = 15;

const clipOf = (name: string, more: Partial<ClipOptions> = {}) =>
  makeClip({
    dir,
    name,
    width: 320,
    height: 180,
    seconds: SECONDS,
    ...more,
    videoArgs: [...FITTING, ...(more.videoArgs ?? [])],
  });

/** The same streams in another container, or with other time stamps. */
async function remux(from: string, name: string, args: readonly string[] = []): Promise<string> {
  const path = join(dir, name);
  const input = args.includes('-i') ? [] : ['-i', from];
  await runFfmpeg([...input, ...args, '-c', 'copy', path]);
  return path;
}

async function planOf(path: string, more: Partial<Preset> = {}): Promise<Plan> {
  const source = await probe(path, { tools });
  const asked = { ...preset, ...more };
  const copyable = await findCopyable({ source, preset: asked, tools });
  const toolchain = toolchainOf();
  return makePlan({ slug: 'film', source, preset: asked, toolchain, copyable, encodeArgs });
}

let films = 0;

/** Encodes as planned and reads what came out. */
async function make(plan: Plan): Promise<{ out: string; segments: readonly ScannedSegment[] }> {
  films += 1;
  const out = join(dir, `out-${films}`);
  mkdirSync(out);
  await execa(tools.ffmpeg, plan.ffmpegArgs, { cwd: out, stdin: 'ignore' });
  const segments = [...plan.video, ...plan.audio].flatMap(({ name }) => {
    const files = readdirSync(join(out, name)).filter((file) => file.endsWith('.ts'));
    return files.sort().map((file, index) => {
      const path = join(out, name, file);
      return { rendition: name, index, path, facts: scanSegment(readFileSync(path)) };
    });
  });
  return { out, segments };
}

/** A hash for each decoded picture. */
async function pictureHashes(input: string): Promise<readonly string[]> {
  const { stdout } = await runFfmpeg([
    ...(input.endsWith('.m3u8') ? ['-allowed_extensions', 'ALL'] : []),
    ...['-i', input, '-map', '0:v:0', '-fps_mode', 'passthrough', '-f', 'framemd5', 'pipe:1'],
  ]);
  const lines = stdout.toString().split('\n');
  return lines
    .filter((line) => /^0,/.test(line))
    .map((line) => line.split(',').at(-1)?.trim() ?? '');
}

const count = (length: number) => Array.from({ length }, (_, number) => number);

describe('a film that is what its top rung would be', () => {
  let mp4: string;
  let mp4At25: string;
  beforeAll(async () => {
    [mp4, mp4At25] = await Promise.all([
      clipOf('plain.mp4'),
      clipOf('plain-25.mp4', { rate: '25', audio: [{ language: 'eng', channels: 1 }] }),
    ]);
  });

  const late = async () => {
    const args = ['-i', mp4, '-itsoffset', '0.5', '-i', mp4, '-map', '1:v', '-map', '0:a'];
    return remux(mp4, 'late.mp4', args);
  };

  test.each<[string, () => Promise<string>, number, readonly string[]]>([
    ['mp4 at 24', async () => mp4, 24, ['180p', 'audio-en']],
    ['mp4 at 29.97', () => clipOf('ntsc.mp4', { rate: '30000/1001' }), 29.97, ['180p', 'audio-en']],
    ['MPEG-TS', () => remux(mp4, 'stream.ts'), 24, ['180p', 'audio-en']],
    ['Matroska at 25, mono', () => remux(mp4At25, 'film.mkv'), 25, ['180p', 'audio-en']],
    ['a picture that begins 0.5 s late', late, 24, ['180p', 'audio-en']],
    [
      'a start at 10 s',
      () => remux(mp4, 'ten.ts', ['-i', mp4, '-output_ts_offset', '10']),
      24,
      ['180p', 'audio-en'],
    ],
    ['no sound', () => clipOf('silent.mp4', { audio: [] }), 24, ['180p']],
  ])('%s: is copied, and all rungs are cut at its key frames', async (_, film, rate, copied) => {
    const path = await film();
    const plan = await planOf(path);
    expect(copiedNames(plan), plan.copyReason).toEqual(copied);
    expect(plan.isResumable).toBe(false);
    const { grid } = plan;
    if (!isCutList(grid)) throw new Error('no cut list');
    expect(grid.segments.length).toBeGreaterThanOrEqual(2);
    const { out, segments } = await make(plan);

    // As planned, segment by segment, and the gate has nothing to say.
    const judge = segmentJudge(plan);
    for (const segment of segments) {
      expect(judge({ ...segment, isLast: false }).problems, segment.path).toEqual([]);
    }
    const gated = gate({ plan, segments, revision: 'r-0123456789', damage: [] });
    expect(gated.warnings).toEqual([]);
    expect(gated.master).toContain('CLOSED-CAPTIONS=NONE');

    // Equal to the tick in all rungs, and where they were foretold.
    const starts = (name: string) =>
      segments.filter(({ rendition }) => rendition === name).map(({ facts }) => facts.firstPts);
    expect(starts('90p')).toEqual(starts('180p'));
    for (const [index, pts = 0] of starts('180p').entries()) {
      const [first = 0] = plannedSegment(grid, index)?.keyFrames ?? [];
      expect(Math.abs(pts - ptsOf(first))).toBeLessThanOrEqual(1);
    }

    // The very pictures of the source on top, the very same moments below.
    const playlist = (name: string) => join(out, name, 'run.m3u8');
    expect(await pictureHashes(playlist('180p'))).toEqual(await pictureHashes(path));
    const pictures = Math.round(SECONDS * rate);
    expect(await readFrameNumbers(playlist('90p'))).toEqual(count(pictures));

    // One target duration for all (Apple 8.2).
    const targets = gated.playlists
      .filter((one) => one.path.endsWith('index.m3u8'))
      .map(({ text }) => Number(/TARGETDURATION:(\d+)/.exec(text)?.[1]));
    expect(new Set(targets)).toEqual(new Set([targetSeconds(grid)]));
  });

  test('carries nothing of the source beside its pictures: no settings, no captions', async () => {
    const plan = await planOf(mp4);
    const { segments } = await make(plan);
    const bytes = Buffer.concat(
      segments
        .filter(({ rendition }) => rendition === '180p')
        .map(({ path }) => readFileSync(path)),
    );
    expect(readFileSync(mp4).includes('x264 - core')).toBe(true);
    expect(bytes.includes('x264')).toBe(false);
  });

  test('is weighed by its real bytes', async () => {
    const { segments, out } = await make(await planOf(mp4));
    const plan = await planOf(mp4);
    const top = plan.video.at(-1);
    const { stdout } = await runFfmpeg([
      ...['-i', join(out, '180p', 'run.m3u8'), '-map', '0:v', '-c', 'copy'],
      ...['-f', 'rawvideo', 'pipe:1'],
    ]);
    const kbps = (stdout.length * 8) / 1000 / SECONDS;
    expect(top?.averageKbps).toBeGreaterThan(kbps * 0.95);
    expect(top?.averageKbps).toBeLessThan(kbps * 1.05);
    const made = segments.length;
    expect(Math.abs(plan.estimate.segments - made)).toBeLessThanOrEqual(1);
  });

  test('may be alone: then nothing is encoded but decoded, so that damage is heard', async () => {
    const alone = { rungs: preset.rungs.slice(1) };
    const plan = await planOf(mp4, alone);
    expect(plan.ffmpegArgs).not.toContain('-filter_complex');
    expect(plan.ffmpegArgs.slice(-4).join(' ')).toContain('-f null -');
    const { segments } = await make(plan);
    expect(() => gate({ plan, segments, revision: 'r-0123456789', damage: [] })).not.toThrow();
  });
});

describe('in any doubt the picture is encoded', () => {
  let mp4: string;
  let ntsc: string;
  const short = { seconds: 6, audio: [] };
  beforeAll(async () => {
    [mp4, ntsc] = await Promise.all([
      clipOf('doubt.mp4', short),
      clipOf('doubt-ntsc.mp4', { ...short, rate: '30000/1001' }),
    ]);
  });
  const clip = (name: string, ...videoArgs: string[]) => clipOf(name, { ...short, videoArgs });

  test.each<[string, () => Promise<string>, string]>([
    [
      'an open GOP',
      () => clip('open.mp4', '-x264-params', 'open-gop=1:keyint=40:min-keyint=20:scenecut=0'),
      '',
    ],
    [
      'an edit list that begins inside a group',
      () => remux(mp4, 'cut.mp4', ['-ss', '2.5', '-i', mp4]),
      'an edit list hides',
    ],
    ['Matroska at 29.97', () => remux(ntsc, 'ntsc.mkv'), 'ms instead of 33.37 ms'],
    [
      'a varying rate',
      async () => {
        const path = join(dir, 'vfr.mp4');
        const picked = ['-vf', 'select=gt(mod(n\\,9)\\,0)', '-fps_mode', 'vfr', '-c:v', 'libx264'];
        await runFfmpeg(['-i', mp4, ...picked, ...FITTING, path]);
        return path;
      },
      'constant rate',
    ],
    [
      'jittered time stamps',
      () => remux(mp4, 'jitter.mp4', ['-i', mp4, '-bsf:v', 'setts=pts=PTS+40*mod(N\\,3)']),
      'constant rate',
    ],
    [
      'interlaced pictures',
      () => clip('fields.mp4', '-flags', '+ildct+ilme', '-x264opts', 'tff=1'),
      'interlaced',
    ],
    [
      'one key frame in the film',
      () => clip('long.mp4', '-force_key_frames', '0', '-g', '999'),
      'key frames lie up to 6.0 s apart, not at most 4 s (--copy-long-gops)',
    ],
    ['full range', () => clip('full.mp4', '-color_range', 'pc'), 'pixels are yuvj420p'],
    [
      '4:2:2',
      () => clip('422.mp4', '-pix_fmt', 'yuv422p', '-profile:v', 'high422'),
      'profile is High 4:2:2',
    ],
    [
      'HEVC',
      () =>
        clip('hevc.mp4', '-c:v', 'libx265', '-profile:v', 'main', '-x265-params', 'log-level=none'),
      'it is hevc',
    ],
    ['oblong pixels', () => remux(mp4, 'oblong.mp4', ['-i', mp4, '-aspect', '4:3']), 'not square'],
    [
      'another size',
      () => makeClip({ dir, name: 'size.mp4', width: 322, height: 180, ...short }),
      'it is 322×180, and 180p is',
    ],
    ['level 5.1', () => clip('level.mp4', '-level', '5.1'), 'level is 5.1'],
    [
      'too many bits',
      () =>
        clip(
          'fat.mp4',
          '-b:v',
          '9000k',
          '-minrate',
          '9000k',
          '-maxrate',
          '9000k',
          '-bufsize',
          '9000k',
          '-x264-params',
          'nal-hrd=cbr',
        ),
      '180p at most 4000 kb/s',
    ],
    [
      'cover art beside it',
      async () => {
        const cover = join(dir, 'cover.jpg');
        await runFfmpeg(['-i', mp4, '-frames:v', '1', cover]);
        return remux(mp4, 'cover.mp4', [
          '-i',
          mp4,
          '-i',
          cover,
          '-map',
          '0',
          '-map',
          '1',
          '-disposition:v:1',
          'attached_pic',
        ]);
      },
      'cover art',
    ],
  ])('%s', async (_, film, reason) => {
    const plan = await planOf(await film());
    expect(plan.copyReason).toContain('the picture is encoded');
    expect(plan.copyReason).toContain(reason);
    expect(copiedNames(plan)).toEqual([]);
    expect(isCutList(plan.grid)).toBe(false);
  });

  test('unless it is asked for: key frames that lie 6 s apart, with --copy-long-gops', async () => {
    const plan = await planOf(join(dir, 'long.mp4'), { copy: 'long-gops' });
    expect(copiedNames(plan)).toEqual(['180p']);
    expect(copiedNames(await planOf(mp4, { copy: 'never' }))).toEqual([]);
  });
});

describe('a sound track', () => {
  const withSound = (name: string, args: readonly string[], audio = [{ language: 'eng' }]) =>
    makeClip({ dir, name, width: 322, height: 180, seconds: 4, audio, outputArgs: args });

  test.each<[string, () => Promise<string>, string | undefined]>([
    ['AAC beside a picture that is encoded', () => withSound('aac.mp4', []), undefined],
    ['AAC at 44.1 kHz in Matroska', () => withSound('aac441.mkv', ['-ar', '44100']), undefined],
    ['MP3', () => withSound('mp3.mp4', ['-c:a', 'libmp3lame']), 'not AAC-LC'],
    ['AAC at 32 kHz', () => withSound('aac32.mp4', ['-ar', '32000']), '32000 Hz'],
    [
      'AAC that begins a second late',
      async () => {
        const film = await withSound('sync.mp4', []);
        const args = ['-i', film, '-itsoffset', '1', '-i', film, '-map', '0:v', '-map', '1:a'];
        return remux(film, 'late-sound.mp4', args);
      },
      'begins 0.9',
    ],
    [
      'AAC with a hole',
      async () => {
        const film = await withSound('whole.mp4', []);
        return remux(film, 'hole.mkv', ['-i', film, '-bsf:a', 'noise=drop=eq(mod(n\\,40)\\,39)']);
      },
      'do not follow one another',
    ],
  ])('%s', async (_, film, objection) => {
    const plan = await planOf(await film());
    if (objection === undefined) {
      expect(copiedNames(plan)).toEqual(['audio-en']);
      const { segments } = await make(plan);
      const gated = gate({ plan, segments, revision: 'r-0123456789', damage: [] });
      expect(gated.warnings).toEqual([]);
    } else {
      expect(copiedNames(plan)).toEqual([]);
      expect(plan.copyReason).toContain(objection);
    }
  });
});
