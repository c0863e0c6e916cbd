import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { IngestError } from '../../src/errors.ts';
import { openDecodeCheck } from '../../src/ffmpeg/check/decode-check.ts';
import { encodeArgs } from '../../src/ffmpeg/encode/encode-args.ts';
import type { ScannedSegment } from '../../src/hls/collect-renditions.ts';
import { type GatedPackage, gate } from '../../src/hls/gate.ts';
import { scanSegment } from '../../src/lib/fmp4/scan-segment.ts';
import type { Plan } from '../../src/model/plan.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { readFrameNumbers } from '../helpers/read-frame-numbers.ts';
import { runFfprobe } from '../helpers/run-ffmpeg.ts';
import { makeFastTempDir } from '../helpers/temp-dir.ts';
import { ENGLISH, planOf } from '../unit/hls/film-facts.ts';
import { parseMaster, parseMedia } from '../unit/hls/parse-strictly.ts';

const SECONDS = 14;
const REVISION = 'r-0123456789';
const FFMPEG = process.env['MOVIE_INGEST_FFMPEG'] || 'ffmpeg';
const FFPROBE = process.env['MOVIE_INGEST_FFPROBE'] || 'ffprobe';
const RUNG = { crf: 23, averageKbps: 300 };

async function makePlan(codec: Plan['codec'], num: number, den: number): Promise<Plan> {
  const dir = makeFastTempDir('fmp4-source');
  const path = await makeClip({ dir, rate: `${num}/${den}`, seconds: SECONDS });
  const gopFrames = Math.round((2 * num) / den);
  const base = planOf();
  const frames = Math.ceil((SECONDS * num) / den);
  return {
    ...base,
    container: 'fmp4',
    codec,
    encoder: { ...base.encoder, name: codec === 'hevc' ? 'libx265' : 'libx264' },
    grid: { frameRate: { num, den }, gopFrames, segmentFrames: 3 * gopFrames },
    video: [
      { ...RUNG, name: '360p', width: 320, height: 180, maxKbps: 600, bufferKbits: 1200 },
      { ...RUNG, name: '720p', width: 640, height: 360, maxKbps: 3000, bufferKbits: 6000 },
    ],
    audio: [ENGLISH],
    source: {
      ...base.source,
      path,
      durationMs: (frames * den * 1000) / num,
      video: { ...base.source.video, frameRate: { num, den } },
    },
  };
}

/** Runs ffmpeg with the argv of the pipeline in `<dir>/<revision>`. */
async function encodeInto(dir: string, plan: Plan, firstSegment = 0): Promise<void> {
  mkdirSync(join(dir, REVISION));
  const args = encodeArgs(plan, { firstSegment });
  await execa(FFMPEG, args, { cwd: join(dir, REVISION), stdin: 'ignore' });
}

function initOf(dir: string, name: string): Buffer {
  const folder = join(dir, REVISION, name);
  const [file = ''] = readdirSync(folder).filter((one) => /^init.*\.mp4$/.test(one));
  return readFileSync(join(folder, file));
}

function scanFilm(plan: Plan, dir: string): readonly ScannedSegment[] {
  return [...plan.video, ...plan.audio].flatMap(({ name }) => {
    const folder = join(dir, REVISION, name);
    const files = readdirSync(folder).filter((file) => file.endsWith('.m4s'));
    const init = initOf(dir, name);
    return files.sort().map((file, index) => {
      const path = join(folder, file);
      return { rendition: name, index, path, facts: scanSegment(readFileSync(path), init) };
    });
  });
}

/** As it stands in the store. */
function publish(dir: string, film: GatedPackage): string {
  for (const { name } of film.renditions) {
    writeFileSync(join(dir, REVISION, name, 'init.mp4'), initOf(dir, name));
  }
  for (const { path, text } of film.playlists) writeFileSync(join(dir, REVISION, path), text);
  writeFileSync(join(dir, 'master.m3u8'), film.master);
  return join(dir, 'master.m3u8');
}

/** Picture numbers 0 to `count` − 1. */
const inOrder = (count: number) => Array.from({ length: count }, (_, number) => number);

describe.each([
  ['h264', 24, 1, 'avc1.64000d', 'avc1.64001e'],
  ['hevc', 24_000, 1001, 'hvc1.1.6.L60.90', 'hvc1.1.6.L63.90'],
] as const)('a film of %s in fMP4, %d/%d frames a second', (codec, num, den, small, large) => {
  const frames = Math.ceil((SECONDS * num) / den);
  let dir: string;
  let plan: Plan;
  let segments: readonly ScannedSegment[];
  let gated: GatedPackage;
  let master: string;

  beforeAll(async () => {
    dir = makeFastTempDir('fmp4');
    plan = await makePlan(codec, num, den);
    await encodeInto(dir, plan);
    segments = scanFilm(plan, dir);
    gated = gate({ plan, segments, revision: REVISION });
    master = publish(dir, gated);
  });

  const folderOf = (name: string) => join(dir, REVISION, name);

  test('passes the gate without a warning, and its playlists two strict parsers', () => {
    expect(gated.warnings).toEqual([]);
    const names = gated.variants.map(({ codecs }) => codecs);
    expect(names).toEqual([`${small},mp4a.40.2`, `${large},mp4a.40.2`]);
    expect(parseMaster(gated.master).version).toBe(7);
    for (const { path, text } of gated.playlists) {
      const { version, segments: listed } = parseMedia(text);
      expect(version, path).toBe(7);
      for (const { map, uri } of listed)
        expect([map.uri, uri.slice(-4)]).toEqual(['init.mp4', '.m4s']);
    }
  });

  test('is scanned as ffprobe reads it: pictures, times, key frames', async () => {
    for (const { path, rendition, facts } of segments) {
      const whole = join(dir, 'whole.mp4');
      writeFileSync(whole, Buffer.concat([initOf(dir, rendition), readFileSync(path)]));
      const { packets } = (await runFfprobe(whole, ['-show_packets'])) as {
        packets: readonly { pts_time: string; flags: string }[];
      };
      const ticks = (time = '') => Math.round(Number(time) * 90_000);
      const near = (a: number | undefined, b: number) =>
        expect(Math.abs((a ?? 0) - b)).toBeLessThan(2);
      const pts = packets.map(({ pts_time }) => ticks(pts_time));
      expect(facts.frames).toBe(packets.length);
      near(facts.firstPts, Math.min(...pts));
      near(facts.lastPts, Math.max(...pts));
      if (facts.kind === 'audio') continue;
      const keys = packets.filter(({ flags }) => flags.startsWith('K'));
      expect(facts.keyFrames).toHaveLength(keys.length);
      keys.forEach(({ pts_time }, index) => {
        near(facts.keyFrames[index]?.pts, ticks(pts_time));
      });
    }
  });

  test('ffprobe sees in its master what it names: codec, hvc1 or avc1, size, BT.709, one start', async () => {
    const { streams } = (await runFfprobe(master, ['-show_streams'])) as {
      streams: readonly Record<string, unknown>[];
    };
    const video = streams.filter((stream) => stream['codec_type'] === 'video');
    expect(new Set(video.map((stream) => stream['width']))).toEqual(new Set([320, 640]));
    for (const stream of video) {
      expect(stream).toMatchObject({
        codec_name: codec,
        codec_tag_string: codec === 'hevc' ? 'hvc1' : 'avc1',
        profile: codec === 'hevc' ? 'Main' : 'High',
        pix_fmt: 'yuv420p',
        color_space: 'bt709',
      });
      expect(Number(stream['start_time'])).toBeCloseTo(1.4, 3);
    }
    const sound = streams.find((stream) => stream['codec_type'] === 'audio');
    // Priming of 1024 samples, then the film.
    expect(Number(sound?.['start_time'])).toBeCloseTo(1.4 - 1024 / 48_000, 3);
  });

  test('decodes from its master without a word, every variant and the sound', async () => {
    const args = ['-v', 'warning', '-i', master, '-map', '0', '-f', 'null', '-'];
    const { stderr } = await execa(FFMPEG, ['-hide_banner', '-nostdin', ...args]);
    expect(stderr).toBe('');
  });

  test('shows every picture once, in order', async () => {
    const numbers = await readFrameNumbers(join(folderOf('720p'), 'index.m3u8'));
    expect(numbers).toEqual(inOrder(frames));
  });

  test('has I-frame ranges that begin with a fragment and end with its key picture', async () => {
    const text = gated.playlists.find(({ path }) => path === '720p/iframe.m3u8')?.text ?? '';
    const { segments: listed } = parseMedia(text);
    expect(listed).toHaveLength(3);
    const init = initOf(dir, '720p');
    const shown: unknown[] = [];
    for (const { uri, byterange } of listed) {
      const bytes = readFileSync(join(folderOf('720p'), uri));
      const range = bytes.subarray(byterange.offset, byterange.offset + byterange.length);
      expect(range.toString('latin1', 4, 8)).toBe('moof');
      const piece = join(dir, 'piece.mp4');
      writeFileSync(piece, Buffer.concat([init, range]));
      // The header tells of pictures behind the range, which ffmpeg misses: only the first is asked for.
      const { stdout } = await execa(FFPROBE, [
        ...['-v', 'quiet', '-read_intervals', '%+#1', '-show_entries', 'frame=pict_type'],
        ...['-of', 'csv=p=0', piece],
      ]);
      shown.push(stdout.trim().slice(0, 1));
    }
    expect(shown).toEqual(['I', 'I', 'I']);
  });

  test('the check of the decoder reads it, the init segment in front of each segment', async () => {
    const renditions = gated.renditions.map((rendition) => ({
      name: rendition.name,
      segments: rendition.segments.map(({ file, facts }) => ({
        file,
        frames: facts.frames,
        keyFrames: facts.keyFrames.length,
      })),
      init: 'init.mp4',
    }));
    const options = {
      tools: { ffmpeg: FFMPEG, ffprobe: FFPROBE },
      dir: join(dir, REVISION),
      expectedSegments: renditions[0]?.segments.length ?? 0,
    };
    expect(await openDecodeCheck(options).finish(renditions)).toEqual({ keyFrames: 14 });
    // A run of other bytes inside the second key picture, sizes untouched: no scan of boxes sees it.
    // ffmpeg's decoder of HEVC passes over nearly all damage without a word, but not over this.
    const file = join(folderOf('360p'), 'seg_00001.m4s');
    const bytes = readFileSync(file);
    const { offset = 0 } = scanSegment(bytes, initOf(dir, '360p')).keyFrames[1] ?? {};
    const harmed = Buffer.from(bytes).fill(
      codec === 'hevc' ? 0xff : 0x55,
      offset + 200,
      offset + 700,
    );
    writeFileSync(file, harmed);
    try {
      await expect(openDecodeCheck(options).finish(renditions)).rejects.toThrow(
        /360p\/seg_00001\.m4s/,
      );
    } finally {
      writeFileSync(file, bytes);
    }
  });

  test('gone on with from its third segment: the same init, the same places, no picture lost', async () => {
    const again = makeFastTempDir('fmp4-resumed');
    await encodeInto(again, plan, 2);
    for (const { name } of plan.video) {
      expect(initOf(again, name).equals(initOf(dir, name))).toBe(true);
      expect(readdirSync(join(again, REVISION, name)).filter((file) => /m4s$/.test(file))).toEqual([
        'seg_00002.m4s',
      ]);
    }
    const last = (name: string) => readFileSync(join(again, REVISION, name, 'seg_00002.m4s'));
    const joined = segments.map((segment) =>
      segment.index === 2 && segment.facts.kind === 'video'
        ? {
            ...segment,
            facts: scanSegment(last(segment.rendition), initOf(dir, segment.rendition)),
          }
        : segment,
    );
    expect(gate({ plan, segments: joined, revision: REVISION }).variants).toHaveLength(2);
    const whole = join(dir, 'joined.mp4');
    const kept = ['seg_00000.m4s', 'seg_00001.m4s'].map((file) =>
      readFileSync(join(folderOf('720p'), file)),
    );
    writeFileSync(whole, Buffer.concat([initOf(dir, '720p'), ...kept, last('720p')]));
    expect(await readFrameNumbers(whole)).toEqual(inOrder(frames));
  });

  test('promise 3: what a full disk or another hand made of it is refused, and the place named', () => {
    const refusal = (index: number, change: (bytes: Buffer) => Uint8Array) => {
      const harmed = segments.map((segment) => {
        if (segment.rendition !== '720p' || segment.index !== index) return segment;
        const facts = scanSegment(change(readFileSync(segment.path)), initOf(dir, '720p'));
        return { ...segment, facts };
      });
      try {
        gate({ plan, segments: harmed, revision: REVISION });
      } catch (error) {
        if (error instanceof IngestError && error.exit === 'encode') return error.message;
        throw error;
      }
      return 'passed';
    };
    const other = (file: string) => readFileSync(join(folderOf('720p'), file));
    expect(refusal(1, (bytes) => bytes)).toBe('passed');
    expect(refusal(1, (bytes) => bytes.subarray(0, 4096))).toMatch(
      /720p segment 1 \(seg_00001\.m4s, at 0:06\) is cut off: 4096 bytes.*\(was the disk full\?\)/,
    );
    expect(refusal(1, () => Buffer.alloc(0))).toMatch(/segment 1 .* is empty .*disk full/);
    expect(refusal(1, () => other('seg_00000.m4s'))).toMatch(/segment 1 .* begins -6\.\d+ s after/);
    expect(refusal(1, () => readFileSync(join(folderOf('360p'), 'seg_00001.m4s')))).toBe('passed');
    expect(refusal(0, (bytes) => Buffer.from(bytes).fill(0, 9000, 12_000))).toMatch(
      /segment 0 .* has a picture \(\d+\) that is damaged/,
    );
  });
});
