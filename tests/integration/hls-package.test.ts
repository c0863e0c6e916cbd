import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { IngestError } from '../../src/errors.ts';
import { encodeArgs } from '../../src/ffmpeg/encode/encode-args.ts';
import type { ScannedSegment } from '../../src/hls/collect-renditions.ts';
import { type GatedPackage, gate } from '../../src/hls/gate.ts';
import { listReferences } from '../../src/hls/read-playlist.ts';
import { scanSegment } from '../../src/lib/mpegts/scan-segment.ts';
import type { Plan } from '../../src/model/plan.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { runFfprobe } from '../helpers/run-ffmpeg.ts';
import { makeFastTempDir } from '../helpers/temp-dir.ts';
import { ENGLISH, planOf } from '../unit/hls/film-facts.ts';
import { parseMaster, parseMedia } from '../unit/hls/parse-strictly.ts';

const SECONDS = 14;
const REVISION = 'r-0123456789';
const RUNG = { crf: 23, averageKbps: 300 };

/** A film encoded by the real ffmpeg with the argv of the pipeline, in three small rungs. */
type Film = Readonly<{ dir: string; plan: Plan; segments: readonly ScannedSegment[] }>;

async function encodeFilm(num: number, den: number): Promise<Film> {
  const dir = makeFastTempDir('hls');
  const rate = `${num}/${den}`;
  const path = await makeClip({ dir, rate, seconds: SECONDS, outputArgs: ['-bf', '3'] });
  const gopFrames = Math.round((2 * num) / den);
  const base = planOf({
    grid: { frameRate: { num, den }, gopFrames, segmentFrames: 3 * gopFrames },
    video: [
      { ...RUNG, name: '360p', width: 160, height: 90, maxKbps: 200, bufferKbits: 400 },
      { ...RUNG, name: '720p', width: 320, height: 180, maxKbps: 600, bufferKbits: 1200 },
      { ...RUNG, name: '1080p', width: 640, height: 360, maxKbps: 3000, bufferKbits: 6000 },
    ],
    audio: [ENGLISH],
  });
  const frames = Math.ceil((SECONDS * num) / den);
  const durationMs = (frames * den * 1000) / num;
  const video = { ...base.source.video, frameRate: { num, den } };
  const plan = { ...base, source: { ...base.source, path, durationMs, video } };
  mkdirSync(join(dir, REVISION));
  await execa('ffmpeg', encodeArgs(plan), { cwd: join(dir, REVISION), stdin: 'ignore' });
  return { dir, plan, segments: scanFilm(plan, dir) };
}

function scanFilm(plan: Plan, dir: string): readonly ScannedSegment[] {
  return [...plan.video, ...plan.audio].flatMap(({ name }) => {
    const folder = join(dir, REVISION, name);
    const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
    return files.sort().map((file, index) => {
      const path = join(folder, file);
      return { rendition: name, index, path, facts: scanSegment(readFileSync(path)) };
    });
  });
}

function publish({ dir }: Film, film: GatedPackage): string {
  for (const { path, text } of film.playlists) writeFileSync(join(dir, REVISION, path), text);
  writeFileSync(join(dir, 'master.m3u8'), film.master);
  return join(dir, 'master.m3u8');
}

type Packet = Readonly<{ pts: number; dts: number; flags: string; size: string }>;

async function packetsOf(path: string): Promise<readonly Packet[]> {
  const answer = await runFfprobe(path, ['-show_packets']);
  return (answer as { packets: readonly Packet[] }).packets;
}

/** What ffmpeg complains about while it decodes everything that `args` names. */
async function complaints(args: readonly string[]): Promise<string> {
  const all = ['-hide_banner', '-nostdin', '-v', 'warning', ...args, '-f', 'null', '-'];
  const { stderr } = await execa('ffmpeg', all);
  return stderr;
}

describe.each([
  [24, 1],
  [24_000, 1001],
  [30_000, 1001],
])('a film of %d/%d frames a second', (num, den) => {
  let film: Film;
  let gated: GatedPackage;
  let master: string;

  beforeAll(async () => {
    film = await encodeFilm(num, den);
    gated = gate({ plan: film.plan, segments: film.segments, revision: REVISION });
    master = publish(film, gated);
  });

  const playlist = (path: string) =>
    parseMedia(gated.playlists.find((text) => text.path === path)?.text ?? '');

  test('passes the gate without a warning', () => {
    expect(gated.warnings).toEqual([]);
    expect(gated.variants.map(({ segments }) => segments)).toEqual([3, 3, 3]);
  });

  test('is scanned as ffprobe reads it: pictures, times, key frames', async () => {
    for (const { path, facts } of film.segments) {
      const packets = await packetsOf(path);
      const pts = packets.map((packet) => packet.pts);
      expect(facts.firstPts).toBe(Math.min(...pts));
      expect(facts.firstDts).toBe(packets[0]?.dts);
      expect(facts.frames).toBe(packets.length);
      if (facts.kind === 'audio') continue; // its last times are of a packet of several frames
      expect(facts.lastDts).toBe(packets.at(-1)?.dts);
      expect(facts.lastPts).toBe(Math.max(...pts));
      const keys = packets.filter(({ flags }) => flags.startsWith('K'));
      expect(facts.keyFrames.map((key) => key.pts)).toEqual(keys.map((key) => key.pts));
    }
  });

  test('is described as ffprobe sees it: size, codec, sound', async () => {
    for (const variant of gated.variants) {
      const path = join(film.dir, REVISION, variant.name, 'seg_00000.ts');
      const { streams } = (await runFfprobe(path, ['-show_streams'])) as {
        streams: readonly { width: number; height: number; profile: string; level: number }[];
      };
      const [stream] = streams;
      expect(stream).toMatchObject({
        width: variant.width,
        height: variant.height,
        profile: 'High',
      });
      const level = (stream?.level ?? 0).toString(16).padStart(2, '0');
      expect(variant.codecs).toBe(`avc1.6400${level},mp4a.40.2`);
    }
  });

  test('decodes from its master without a word, every variant and the sound', async () => {
    expect(await complaints(['-i', master, '-map', '0'])).toBe('');
  });

  test('has playlists that hold every picture and last as long as they, within one', async () => {
    const frames = Math.ceil((SECONDS * num) / den);
    for (const { name } of film.plan.video) {
      expect(await packetsOf(join(film.dir, REVISION, name, 'index.m3u8'))).toHaveLength(frames);
      const { segments } = playlist(`${name}/index.m3u8`);
      const sum = segments.reduce((total, { duration }) => total + duration, 0);
      expect(Math.abs(sum - (frames * den) / num)).toBeLessThan(den / num);
    }
    const targets = gated.playlists
      .filter(({ path }) => path.endsWith('index.m3u8'))
      .map(({ path }) => playlist(path).targetDuration);
    expect(new Set(targets)).toEqual(new Set([6]));
  });

  test('has the bandwidths that RFC 8216 §4.1 defines, counted anew from the files', () => {
    const rates = (name: string, sizeOf: (uri: string) => number) => {
      const { segments, targetDuration } = playlist(`${name}/index.m3u8`);
      const sets = segments.flatMap((_, from) =>
        segments.slice(from).map((__, more) => segments.slice(from, from + more + 1)),
      );
      const rateOf = (set: typeof segments) => {
        const seconds = set.reduce((total, { duration }) => total + duration, 0);
        return {
          seconds,
          rate: (set.reduce((sum, { uri }) => sum + sizeOf(uri), 0) * 8) / seconds,
        };
      };
      const windows = sets
        .map(rateOf)
        .filter(({ seconds }) => seconds >= targetDuration / 2 && seconds <= targetDuration * 1.5);
      return { peak: Math.max(...windows.map(({ rate }) => rate)), average: rateOf(segments).rate };
    };
    const onDisk = (name: string) =>
      rates(name, (uri) => readFileSync(join(film.dir, REVISION, name, uri)).length);
    const sound = onDisk('audio-en');
    for (const variant of parseMaster(gated.master).variants.filter((one) => !one.isIFrameOnly)) {
      const picture = onDisk(variant.uri.split('/')[1] ?? '');
      // Each of the two is rounded up, and EXTINF to a microsecond.
      expect(Math.abs(variant.bandwidth - picture.peak - sound.peak)).toBeLessThan(3);
      expect(
        Math.abs((variant.averageBandwidth ?? 0) - picture.average - sound.average),
      ).toBeLessThan(3);
    }
  });

  test('names only what is there', () => {
    for (const uri of listReferences(gated.master)) {
      const text = readFileSync(join(film.dir, uri), 'utf8');
      for (const file of listReferences(text)) {
        expect(readdirSync(dirname(join(film.dir, uri)))).toContain(file);
      }
    }
  });

  test('has I-frame playlists that ffmpeg plays: each entry one key picture', async () => {
    for (const { name } of film.plan.video) {
      const packets = await packetsOf(join(film.dir, REVISION, name, 'iframe.m3u8'));
      expect(packets.map(({ flags }) => flags.slice(0, 1)).join('')).toBe('KKKKKKK');
    }
  });

  test('has I-frame ranges of which each alone decodes to exactly one picture', async () => {
    const { segments } = playlist('360p/iframe.m3u8');
    expect(segments).toHaveLength(7);
    for (const { uri, byterange, map } of segments) {
      const bytes = readFileSync(join(film.dir, REVISION, '360p', uri));
      const piece = ({ offset, length }: Readonly<{ offset: number; length: number }>) =>
        bytes.subarray(offset, offset + length);
      const path = join(film.dir, 'piece.ts');
      writeFileSync(
        path,
        Buffer.concat([piece(map.byterange ?? { offset: 0, length: 0 }), piece(byterange)]),
      );
      const { frames } = (await runFfprobe(path, ['-show_frames'])) as {
        frames: readonly { pict_type: string; key_frame: number }[];
      };
      expect(frames).toMatchObject([{ pict_type: 'I', key_frame: 1 }]);
      expect(await complaints(['-i', path])).toBe('');
    }
  });
});

describe('promise 3: damage to the files of a real encode is found, and the place is named', () => {
  let film: Film;
  beforeAll(async () => {
    film = await encodeFilm(24, 1);
  });

  const bytesOf = (rendition: string, index: number) => {
    const segment = film.segments.find((one) => one.rendition === rendition && one.index === index);
    return readFileSync(segment?.path ?? '');
  };

  /** The film with other bytes in the place of one segment. */
  const harmed = (rendition: string, index: number, bytes: Uint8Array) =>
    film.segments.map((segment) =>
      segment.rendition === rendition && segment.index === index
        ? { ...segment, facts: scanSegment(bytes) }
        : segment,
    );

  const refusal = (segments: readonly ScannedSegment[]): string => {
    try {
      gate({ plan: film.plan, segments, revision: REVISION });
    } catch (error) {
      if (error instanceof IngestError && error.exit === 'encode') return error.message;
      throw error;
    }
    return 'passed';
  };

  /** Bytes of the picture `number` (in file order) are from the one to the other. */
  const pictureStarts = (bytes: Buffer) => {
    const starts: number[] = [];
    for (let at = 0; at < bytes.length; at += 188) {
      if (bytes.readUInt16BE(at + 1) === 0x4100) starts.push(at);
    }
    return starts;
  };

  const patched = (bytes: Buffer, find: string, replace: string) => {
    const at = bytes.indexOf(Buffer.from(find, 'hex'));
    expect(at).toBeGreaterThan(0);
    const copy = Buffer.from(bytes);
    Buffer.from(replace, 'hex').copy(copy, at);
    return copy;
  };

  const PLACE = '720p segment 1 (seg_00001.ts, at 0:06)';

  test.each<[string, (bytes: Buffer) => Uint8Array, string]>([
    ['cut off at 4096 bytes', (bytes) => bytes.subarray(0, 4096), 'is cut off: 4096 bytes'],
    ['empty', (bytes) => bytes.subarray(0, 0), 'is empty (was the disk full?)'],
    ['cut off at a packet', (bytes) => bytes.subarray(0, 188 * 200), 'pictures instead of 144'],
    [
      'without its last picture',
      (bytes) => bytes.subarray(0, pictureStarts(bytes).at(-1)),
      'has 143 pictures instead of 144',
    ],
    [
      'without a picture in the middle',
      (bytes) =>
        Buffer.concat([
          bytes.subarray(0, pictureStarts(bytes)[70]),
          bytes.subarray(pictureStarts(bytes)[71]),
        ]),
      'lost or gained packets',
    ],
    [
      'with a hole of zeros',
      (bytes) => Buffer.from(bytes).fill(0, 18_800, 20_680),
      'that does not begin with 0x47',
    ],
  ])('a segment %s', (_, harm, problem) => {
    const message = refusal(harmed('720p', 1, harm(bytesOf('720p', 1))));
    expect(message).toContain(PLACE);
    expect(message).toContain(problem);
  });

  test('a segment whose first picture is no IDR', () => {
    const bytes = bytesOf('720p', 1);
    // x264 writes slices with three-byte start codes: 00 00 01 65.
    const message = refusal(harmed('720p', 1, patched(bytes, '00000165', '00000161')));
    expect(message).toContain(`${PLACE} has key frame 1 that is no IDR picture`);
  });

  test('a segment with another SPS', () => {
    const bytes = Buffer.from(bytesOf('720p', 1));
    for (let at = bytes.indexOf(Buffer.from('000000016764', 'hex')); at >= 0; ) {
      bytes[at + 7] = (bytes[at + 7] ?? 0) + 1; // the level
      at = bytes.indexOf(Buffer.from('000000016764', 'hex'), at + 1);
    }
    expect(refusal(harmed('720p', 1, bytes))).toContain(
      `${PLACE} has another sequence parameter set`,
    );
  });

  test('a segment of another place, and of another rung', () => {
    expect(refusal(harmed('720p', 1, bytesOf('720p', 0)))).toContain(`${PLACE} begins -6.000 s`);
    expect(refusal(harmed('720p', 1, bytesOf('360p', 1)))).toContain('720p segment 1');
    expect(refusal(harmed('720p', 1, bytesOf('audio-en', 1)))).toContain(
      'holds audio instead of video',
    );
    expect(refusal(harmed('audio-en', 1, bytesOf('audio-en', 0)))).toContain('audio-en segment 1');
  });

  test('a segment that is not there', () => {
    const without = film.segments.filter((one) => one.rendition !== '720p' || one.index !== 1);
    expect(refusal(without)).toContain('720p segment 1 is missing');
  });

  test('rungs in each other’s folders', () => {
    const swap: Record<string, string> = { '360p': '1080p', '1080p': '360p' };
    const swapped = film.segments.map((one) => ({
      ...one,
      rendition: swap[one.rendition] ?? one.rendition,
    }));
    expect(refusal(swapped)).toContain('360p has pictures of 640×360 instead of 160×90');
  });

  test('a sound whose frame is cut off at the end of a segment', () => {
    const bytes = bytesOf('audio-en', 1);
    const message = refusal(harmed('audio-en', 1, bytes.subarray(0, bytes.length - 188)));
    expect(message).toContain('audio-en segment 1 (seg_00001.ts, at 0:06) has an audio frame');
  });

  test('nothing, when nothing is harmed', () => {
    expect(refusal(harmed('720p', 1, bytesOf('720p', 1)))).toBe('passed');
  });
});
