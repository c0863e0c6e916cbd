import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { SegmentRun } from '../../src/ffmpeg/check/check-key-frames.ts';
import { type DecodeCheckOptions, openDecodeCheck } from '../../src/ffmpeg/check/decode-check.ts';
import { scanSegment } from '../../src/lib/mpegts/scan-segment.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { until } from '../helpers/until.ts';

const tools = {
  ffmpeg: process.env['MOVIE_INGEST_FFMPEG'] || 'ffmpeg',
  ffprobe: process.env['MOVIE_INGEST_FFPROBE'] || 'ffprobe',
};
const whole = makeTempDir('package');

/** Two rungs and sound: 5 segments of 2 s, a key frame each second. */
beforeAll(async () => {
  for (const name of ['360p', '720p', 'audio-en']) mkdirSync(join(whole, name));
  await runFfmpeg([
    ...['-f', 'lavfi', '-i', 'testsrc2=s=640x360:r=24:d=10', '-f', 'lavfi', '-i', 'sine=d=10'],
    ...['-filter_complex', '[0:v]split[a][b];[a]scale=320:180[v0];[b]scale=640:360[v1]'],
    ...['-map', '[v0]', '-map', '[v1]', '-map', '1:a'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '24', '-sc_threshold', '0', '-c:a', 'aac'],
    ...['-f', 'hls', '-hls_time', '2', '-hls_playlist_type', 'event'],
    ...['-hls_segment_options', 'mpegts_flags=+initial_discontinuity'],
    ...['-hls_segment_filename', join(whole, '%v/seg_%05d.ts')],
    ...['-var_stream_map', 'v:0,name:360p v:1,name:720p a:0,name:audio-en'],
    join(whole, '%v/run.m3u8'),
  ]);
});

function copyOf(name = 'package'): string {
  const dir = join(makeTempDir('package'), name);
  cpSync(whole, dir, { recursive: true });
  return dir;
}

function renditionsOf(dir: string): readonly SegmentRun[] {
  return ['360p', '720p', 'audio-en'].map((name) => {
    const files = readdirSync(join(dir, name)).filter((file) => file.endsWith('.ts'));
    const segments = files.sort().map((file) => {
      const { frames, keyFrames } = scanSegment(readFileSync(join(dir, name, file)));
      return { file, frames, keyFrames: keyFrames.length };
    });
    return { name, segments };
  });
}

/** The lowest rung, with its segments again and again: 18 of them. */
function longer(dir: string): readonly SegmentRun[] {
  for (let index = 5; index < 18; index += 1) {
    const name = (number: number) => join(dir, '360p', `seg_${String(number).padStart(5, '0')}.ts`);
    cpSync(name(index % 5), name(index));
  }
  return renditionsOf(dir).slice(0, 1);
}

/** All renditions without their first segments. */
function shorter(dir: string, from: number): readonly SegmentRun[] {
  return renditionsOf(dir).map((run) => ({ ...run, segments: run.segments.slice(from) }));
}

/** Told how many segments there will be, unless `more` says otherwise. */
function open(
  dir: string,
  renditions: readonly SegmentRun[],
  more: Partial<DecodeCheckOptions> = {},
) {
  const expectedSegments = renditions[0]?.segments.length ?? 0;
  return openDecodeCheck({ tools, dir, expectedSegments, ...more });
}

const check = (dir: string, renditions = renditionsOf(dir)) =>
  open(dir, renditions).finish(renditions);

/** An ffmpeg that does `first`, lines of a shell script, and then what it is asked for. */
function ffmpegThat(first: string): string {
  const path = join(makeTempDir('bin'), 'ffmpeg');
  writeFileSync(path, `#!/bin/sh\n${first}\nexec '${tools.ffmpeg}' "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Overwrites picture data of a segment's key frame; packet headers and the scan stay content. */
function damageKeyFrame(path: string, keyFrame: number): void {
  const bytes = readFileSync(path);
  const { offset = 0 } = scanSegment(bytes).keyFrames[keyFrame] ?? {};
  // The third to the sixth packet: behind the parameter sets, inside the first slice.
  for (let packet = 3; packet < 7; packet += 1) {
    bytes.fill(0x5a, offset + packet * 188 + 20, offset + packet * 188 + 188);
  }
  expect(scanSegment(bytes).problems).toEqual([]);
  writeFileSync(path, bytes);
}

/** The same to pictures that are none. */
function damageBetweenKeyFrames(path: string): void {
  const bytes = readFileSync(path);
  const [, second] = scanSegment(bytes).keyFrames;
  // Well behind the first key frame and before the second.
  const offset = (second?.offset ?? 0) - 188 * 20;
  for (let packet = 0; packet < 10; packet += 1) {
    bytes.fill(0x5a, offset + packet * 188 + 60, offset + packet * 188 + 188);
  }
  writeFileSync(path, bytes);
}

describe('promise 3: a decoder has seen it', () => {
  test('a sound package passes, and its key frames are counted', async () => {
    await expect(check(copyOf())).resolves.toEqual({ keyFrames: 20 });
  });

  test('whatever the work folder is called', async () => {
    const name = "it's 100%d: a|b #1\n’";
    await expect(check(copyOf(name))).resolves.toEqual({ keyFrames: 20 });
  });

  test('a package of one short segment passes', async () => {
    const dir = copyOf();
    await expect(check(dir, shorter(dir, 4))).resolves.toEqual({ keyFrames: 4 });
  });

  test('a short one is decoded whole, by one process for each rendition', async () => {
    const [dir, log] = [copyOf(), join(makeTempDir('log'), 'log')];
    const ffmpeg = ffmpegThat(`echo begun >>'${log}'`);
    const renditions = shorter(dir, 2);
    const decoding = open(dir, renditions, { tools: { ...tools, ffmpeg } });
    for (const { name: rendition, segments } of renditions) {
      for (const segment of segments) {
        void decoding.take({ rendition, ...segment });
      }
    }
    await expect(decoding.finish(renditions)).resolves.toEqual({ keyFrames: 12 });
    expect(readFileSync(log, 'utf8')).toBe('begun\n'.repeat(3));
  });

  test('damage in a short one is found and named', async () => {
    const dir = copyOf();
    damageKeyFrame(join(dir, '720p/seg_00003.ts'), 1);
    await expect(check(dir, shorter(dir, 2))).rejects.toMatchObject({
      exit: 'encode',
      message: '720p/seg_00003.ts cannot be decoded without errors',
    });
  });

  test('fewer pictures than the scan counted are too few', async () => {
    const dir = copyOf();
    const renditions = shorter(dir, 2).map(({ name, segments }) => ({
      name,
      segments: segments.map((one) => ({ ...one, frames: one.frames + (name === '360p' ? 1 : 0) })),
    }));
    await expect(check(dir, renditions)).rejects.toMatchObject({
      exit: 'encode',
      message: '360p: 144 pictures can be decoded, 147 are there',
    });
  });

  test('a damaged key frame in a segment that is not decoded in full is found and named', async () => {
    const dir = copyOf();
    damageKeyFrame(join(dir, '720p/seg_00003.ts'), 1);
    await expect(check(dir)).rejects.toMatchObject({
      exit: 'encode',
      message: 'A key frame of 720p/seg_00003.ts cannot be decoded',
      why: expect.stringContaining('The decoder ended with code'),
    });
  });

  test('a damaged picture between key frames of the middle segment is found and named', async () => {
    const dir = copyOf();
    damageBetweenKeyFrames(join(dir, '360p/seg_00002.ts'));
    await expect(check(dir)).rejects.toMatchObject({
      exit: 'encode',
      message: '360p/seg_00002.ts cannot be decoded without errors',
    });
  });

  test('damaged sound is found and named', async () => {
    const dir = copyOf();
    const path = join(dir, 'audio-en/seg_00000.ts');
    const bytes = readFileSync(path);
    for (let at = 188 * 30; at < 188 * 60; at += 188) bytes.fill(0xff, at + 30, at + 188);
    writeFileSync(path, bytes);
    await expect(check(dir)).rejects.toMatchObject({
      exit: 'encode',
      message: 'audio-en/seg_00000.ts cannot be decoded without errors',
    });
  });

  test('fewer key frames than the scan counted are too few', async () => {
    const dir = copyOf();
    const renditions = renditionsOf(dir).map(({ name, segments }) => ({
      name,
      segments: segments.map(({ file, frames, keyFrames }) => ({
        file,
        frames,
        keyFrames: name === '360p' && file === 'seg_00003.ts' ? keyFrames + 1 : keyFrames,
      })),
    }));
    await expect(check(dir, renditions)).rejects.toMatchObject({
      exit: 'encode',
      message: '360p: 10 key frames can be decoded, 11 are there',
    });
  });

  test.each(['seg_00000.ts', 'seg_00001.ts'])('a missing %s is an error', async (file) => {
    const dir = copyOf();
    const renditions = renditionsOf(dir);
    rmSync(join(dir, '720p', file));
    await expect(check(dir, renditions)).rejects.toMatchObject({ exit: 'encode' });
  });

  test('an empty segment is an error', async () => {
    const dir = copyOf();
    const renditions = renditionsOf(dir);
    writeFileSync(join(dir, '360p/seg_00004.ts'), '');
    await expect(check(dir, renditions)).rejects.toMatchObject({ exit: 'encode' });
  });

  test('a decoder that says anything has found something, though it exits 0', async () => {
    const dir = copyOf();
    const ffmpeg = ffmpegThat(`echo 'concealing errors' >&2`);
    const renditions = renditionsOf(dir).slice(2);
    const checking = open(dir, renditions, { tools: { ...tools, ffmpeg } }).finish(renditions);
    await expect(checking).rejects.toMatchObject({
      exit: 'encode',
      message: expect.stringMatching(/^audio-en.seg_0000\d.ts cannot be decoded without errors$/),
      why: 'The decoder ended with code 0 and said: concealing errors',
    });
  });

  test('a decoder that cannot be run proves nothing', async () => {
    const dir = copyOf();
    const broken = { ...tools, ffmpeg: '/usr/nowhere/ffmpeg' };
    const renditions = renditionsOf(dir);
    const checking = open(dir, renditions, { tools: broken }).finish(renditions);
    await expect(checking).rejects.toMatchObject({ exit: 'encode' });
  });

  test('what it follows is not decoded again at the end', async () => {
    const [dir, log] = [copyOf(), join(makeTempDir('log'), 'log')];
    const tell = `case "$*" in *nokey*) tee -a '${log}' | '${tools.ffmpeg}' "$@"; exit;; esac`;
    const renditions = longer(dir);
    const decoding = open(dir, renditions, { tools: { ...tools, ffmpeg: ffmpegThat(tell) } });
    for (const segment of renditions[0]?.segments ?? [])
      void decoding.take({ rendition: '360p', ...segment });
    await expect(decoding.finish(renditions)).resolves.toEqual({ keyFrames: 36 });
    const playlists = readFileSync(log, 'utf8').split('#EXTM3U').slice(1);
    // The sixteen that made a batch (begun anew at the end, perhaps), and the two that were left.
    const counts = playlists.map((playlist) => playlist.split('seg_').length - 1);
    expect(new Set(counts)).toEqual(new Set([16, 2]));
  });

  test('damage in what it follows is found and named', async () => {
    const dir = copyOf();
    damageKeyFrame(join(dir, '360p/seg_00003.ts'), 1);
    const renditions = longer(dir);
    const decoding = open(dir, renditions);
    for (const segment of renditions[0]?.segments ?? [])
      void decoding.take({ rendition: '360p', ...segment });
    await expect(decoding.finish(renditions)).rejects.toMatchObject({
      message: 'A key frame of 360p/seg_00003.ts cannot be decoded',
    });
  });

  test('the first and the middle one are decoded while the encoder works', async () => {
    const [dir, log] = [copyOf(), join(makeTempDir('log'), 'log')];
    const ffmpeg = ffmpegThat(`echo "$*" | grep -o 'concat:.*ts' >>'${log}'`);
    const renditions = longer(dir);
    const decoding = open(dir, renditions, { tools: { ...tools, ffmpeg } });
    const segments = renditions[0]?.segments ?? [];
    const sound = segments.map((segment) => decoding.take({ rendition: '360p', ...segment }));
    expect(await Promise.all([sound[0], sound[9]])).toEqual([true, true]);
    const names = () => readFileSync(log, 'utf8').trim().split('\n').sort();
    const first = ['concat:360p/seg_00000.ts', 'concat:360p/seg_00009.ts'];
    expect(names()).toEqual(first);
    await decoding.finish(renditions);
    expect(names()).toEqual([...first, 'concat:360p/seg_00017.ts']);
  });

  test.each([
    ['far too many', 100],
    ['far too few', 2],
  ])('of a film that was to have %s segments the middle one is decoded in full', async (_, n) => {
    const dir = copyOf();
    const renditions = longer(dir);
    damageBetweenKeyFrames(join(dir, '360p/seg_00009.ts'));
    const decoding = open(dir, renditions, { expectedSegments: n });
    for (const segment of renditions[0]?.segments ?? [])
      void decoding.take({ rendition: '360p', ...segment });
    await expect(decoding.finish(renditions)).rejects.toMatchObject({
      message: '360p/seg_00009.ts cannot be decoded without errors',
    });
  });

  test('of a copied one the first is decoded in full, and the key frames of all', async () => {
    const dir = copyOf();
    const renditions = longer(dir);
    damageBetweenKeyFrames(join(dir, '360p/seg_00009.ts'));
    const copied = ['360p'];
    const { keyFrames } = await open(dir, renditions, { copied }).finish(renditions);
    expect(keyFrames).toBe(36);
    damageBetweenKeyFrames(join(dir, '360p/seg_00000.ts'));
    await expect(open(dir, renditions, { copied }).finish(renditions)).rejects.toMatchObject({
      message: '360p/seg_00000.ts cannot be decoded without errors',
    });
  });

  test('where a disk waits, what was found sound may be gone', async () => {
    const dir = copyOf();
    const renditions = longer(dir);
    const decoding = open(dir, renditions, { expectedSegments: 100, isAwaited: true });
    for (const segment of renditions[0]?.segments.slice(0, 15) ?? []) {
      const isSound = decoding.take({ rendition: '360p', ...segment });
      void isSound.then((could) => could && rmSync(join(dir, '360p', segment.file)));
    }
    await until(() => !existsSync(join(dir, '360p/seg_00014.ts')));
    await expect(decoding.finish(renditions)).resolves.toEqual({ keyFrames: 36 });
  });

  test('what gets no turn beside a busy encoder is begun anew when that has ended', async () => {
    const [dir, begun] = [copyOf(), join(makeTempDir('begun'), 'begun')];
    // As one at the lowest priority on a machine that is never idle.
    const ffmpeg = ffmpegThat(`mkdir '${begun}' 2>/dev/null && exec sleep 600`);
    const renditions = renditionsOf(dir);
    const decoding = open(dir, renditions, { tools: { ...tools, ffmpeg } });
    for (const segment of renditions[0]?.segments ?? []) {
      void decoding.take({ rendition: '360p', ...segment });
    }
    await until(() => existsSync(begun));
    await expect(decoding.finish(renditions)).resolves.toEqual({ keyFrames: 20 });
  });

  test('it ends with the reason of the signal', async () => {
    const dir = copyOf();
    const signal = AbortSignal.abort(new Error('stopped by the test'));
    const renditions = renditionsOf(dir);
    const checking = open(dir, renditions, { signal }).finish(renditions);
    await expect(checking).rejects.toThrow('stopped by the test');
  });
});
