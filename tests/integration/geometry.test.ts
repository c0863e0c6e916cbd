import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadPreset } from '../../src/config/load-preset.ts';
import { probe } from '../../src/ffmpeg/probe/probe.ts';
import {
  addToMatroskaVideo,
  addToSampleEntry,
  clap,
  dolbyVisionRecord,
  setDisplayMatrix,
} from '../helpers/alter-container.ts';
import { encodeFilm, planFilmAt, TOOLS } from '../helpers/encode-film.ts';
import { runFfmpeg, runFfprobe } from '../helpers/run-ffmpeg.ts';
import { makeFastTempDir } from '../helpers/temp-dir.ts';

const dir = makeFastTempDir('geometry');

/** A film of four quarters, a letter each: `RB` above `GW` as it is coded. */
async function quarters(
  name: string,
  args: readonly string[] = [],
  { size = '320x180', filter = 'null' } = {},
) {
  const path = join(dir, name);
  const [width = 0, height = 0] = size.split('x').map(Number);
  const quarter = (colour: string) => `color=${colour}:size=${width / 2}x${height / 2}:rate=24`;
  await runFfmpeg([
    ...['red', 'blue', 'lime', 'white'].flatMap((colour) => ['-f', 'lavfi', '-i', quarter(colour)]),
    '-filter_complex',
    `[0][1]hstack[top];[2][3]hstack[low];[top][low]vstack,${filter},format=yuv420p`,
    ...['-t', '0.25', '-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '4', ...args],
    `file:${path}`,
  ]);
  return path;
}

/** What the encode shows: the letters at the middle of each quarter, line by line, and its size. */
async function shown(path: string) {
  const film = await encodeFilm(path);
  const [rung] = film.plan.video;
  const segment = film.first(rung?.name ?? '');
  const { streams } = (await runFfprobe(segment, ['-show_streams'])) as {
    streams: readonly [{ width: number; height: number; sample_aspect_ratio: string }];
  };
  const [{ width, height, sample_aspect_ratio }] = streams;
  const { stdout } = await runFfmpeg([
    ...['-i', segment, '-frames:v', '1', '-vf', 'format=rgb24', '-f', 'rawvideo', 'pipe:1'],
  ]);
  const at = (x: number, y: number) => {
    const index = (Math.floor(y * height) * width + Math.floor(x * width)) * 3;
    return letter([stdout[index] ?? 0, stdout[index + 1] ?? 0, stdout[index + 2] ?? 0]);
  };
  return {
    letters: at(0.25, 0.25) + at(0.75, 0.25) + at(0.25, 0.75) + at(0.75, 0.75),
    corners: at(0.01, 0.01) + at(0.99, 0.01) + at(0.01, 0.99) + at(0.99, 0.99),
    size: `${width}x${height}`,
    sar: sample_aspect_ratio,
    plan: film.plan,
  };
}

function letter(rgb: readonly number[]): string {
  const bits = rgb.map((value) => (value > 128 ? 1 : 0)).join('');
  return { '100': 'R', '001': 'B', '010': 'G', '111': 'W', '000': 'k' }[bits] ?? '?';
}

let upright: string;
beforeAll(async () => {
  upright = await quarters('upright.mp4');
});

describe('a film stands as it is to be seen', () => {
  test.each([
    ['not turned', { a: 1, b: 0, c: 0, d: 1 }, 'RBGW', '320x180'],
    ['turned by 90°', { a: 0, b: 1, c: -1, d: 0 }, 'GRWB', '180x320'],
    ['turned by 180°', { a: -1, b: 0, c: 0, d: -1 }, 'WGBR', '320x180'],
    ['turned by 270°', { a: 0, b: -1, c: 1, d: 0 }, 'BWRG', '180x320'],
    ['mirrored', { a: -1, b: 0, c: 0, d: 1 }, 'BRWG', '320x180'],
    ['upside down in a mirror', { a: 1, b: 0, c: 0, d: -1 }, 'GWRB', '320x180'],
    ['turned by 90° and mirrored', { a: 0, b: 1, c: 1, d: 0 }, 'RGBW', '180x320'],
    ['turned by 270° and mirrored', { a: 0, b: -1, c: -1, d: 0 }, 'WBGR', '180x320'],
  ])('%s', async (name, matrix, letters, size) => {
    const path = join(dir, `${name}.mp4`);
    copyFileSync(upright, path);
    setDisplayMatrix(path, matrix);
    expect(await shown(path)).toMatchObject({ letters, size, sar: '1:1' });
    // The crop goes along: the left and the upper edge as coded are cut by 32 and 20.
    addToSampleEntry(path, clap(288, 160, 16, 10));
    const cropped = await shown(path);
    expect(cropped.size).toBe(size === '320x180' ? '288x160' : '160x288');
    expect(cropped.letters).toBe(letters);
  });

  test('a portrait film climbs the ladder by its short side', async () => {
    const path = await quarters('portrait.mp4', [], { size: '1920x1080' });
    setDisplayMatrix(path, { a: 0, b: 1, c: -1, d: 0 });
    const plan = await planFilmAt(path, { preset: await loadPreset('default', { cwd: '/' }) });
    expect(plan.video.map(({ width, height }) => `${width}x${height}`)).toEqual([
      '360x640',
      '720x1280',
      '1080x1920',
    ]);
  });

  test('an odd angle does not swap its sides, and is told', async () => {
    const path = join(dir, 'slanted.mp4');
    copyFileSync(upright, path);
    setDisplayMatrix(path, { a: Math.SQRT1_2, b: Math.SQRT1_2, c: -Math.SQRT1_2, d: Math.SQRT1_2 });
    const { size, plan } = await shown(path);
    expect(size).toBe('320x180');
    expect(plan.warnings.join()).toContain('turned by 45°');
  });
});

test('what the pictures themselves say of their orientation is left, as no header tells it', async () => {
  // ffmpeg 8 and newer turned them, into a size that was not planned for it.
  const path = join(dir, 'turned-by-sei.mp4');
  const turn = 'h264_metadata=display_orientation=insert:rotate=90';
  await runFfmpeg(['-i', upright, '-c', 'copy', '-bsf:v', turn, path]);
  expect(await shown(path)).toMatchObject({ letters: 'RBGW', size: '320x180', sar: '1:1' });
});

describe('pixels become square by widening', () => {
  test.each([
    ['720x576', '64/45', '1024x576'],
    ['720x576', '16/15', '768x576'],
    ['720x480', '8/9', '640x480'],
    ['640x360', '2/1', '1280x360'],
    ['176x144', '12/11', '192x144'],
  ])('%s at %s is shown at %s', async (size, aspect, expected) => {
    const name = `${aspect.replace('/', '-')}.mp4`;
    const path = await quarters(name, [], { size, filter: `setsar=${aspect}` });
    const { video } = await probe(path, { tools: TOOLS });
    expect(`${video.width}x${video.height}`).toBe(expected);
    const plan = await planFilmAt(path);
    const [width = 0, height = 1] = expected.split('x').map(Number);
    for (const rung of plan.video) {
      expect(Math.abs((rung.width * height) / (rung.height * width) - 1)).toBeLessThan(0.01);
    }
  });
});

describe('what the container crops is cut off', () => {
  /** The quarters inside of a black border: 40 at the left and right, 30 above, 50 below. */
  const bordered = (name: string, args: readonly string[] = []) =>
    quarters(name, args, { filter: 'pad=400:260:40:30:black,setsar=0' });

  test('by clap, in MP4', async () => {
    const path = await bordered('border.mp4');
    expect((await shown(path)).corners).toBe('kkkk');
    addToSampleEntry(path, clap(320, 180, 0, -10));
    expect(await shown(path)).toMatchObject({ size: '320x180', corners: 'RBGW', letters: 'RBGW' });
  });

  test('by PixelCrop, in Matroska, whose display size is that of the rest', async () => {
    const path = await bordered('border.mkv', ['-live', '1', '-write_crc32', '0']);
    addToMatroskaVideo(
      path,
      [
        [0x54cc, 40],
        [0x54dd, 40],
        [0x54bb, 30],
        [0x54aa, 50],
        [0x54b0, 320],
        [0x54ba, 180],
      ],
      250,
    );
    expect(await shown(path)).toMatchObject({ size: '320x180', corners: 'RBGW', letters: 'RBGW' });
  });

  test('but not what would leave nothing, or lies outside', async () => {
    const path = await bordered('nonsense.mp4');
    addToSampleEntry(path, clap(4000, 2, 0, 0));
    expect((await shown(path)).size).toBe('400x260');
  });
});

describe('sizes', () => {
  const flat = async (name: string, size: string, args: readonly string[]) => {
    const path = join(dir, name);
    const picture = ['-f', 'lavfi', '-i', `color=gray:size=${size}:rate=24:duration=0.04`];
    await runFfmpeg([...picture, ...args, `file:${path}`]);
    return path;
  };
  const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
  const FFV1 = ['-c:v', 'ffv1', '-pix_fmt', 'yuv444p'];

  test.each([
    ['2x2', X264],
    ['14x1000', FFV1],
  ])('%s is refused in words', async (size, args) => {
    await expect(
      probe(await flat(`${size}.mkv`, size, args), { tools: TOOLS }),
    ).rejects.toMatchObject({ exit: 'film', message: expect.stringContaining('too small') });
  });

  test.each([
    ['16x16', X264, '16x16'],
    ['17x17', FFV1, '16x16'],
    ['161x121', FFV1, '160x120'],
    ['479x201', FFV1, '478x200'],
  ])('%s is encoded at %s', async (size, args, expected) => {
    expect((await shown(await flat(`${size}.mkv`, size, args))).size).toBe(expected);
  });

  test('a picture beyond the limit is refused before it is decoded, and the flag lifts that', async () => {
    const path = await flat('large.mp4', '9000x5000', X264);
    await expect(probe(path, { tools: TOOLS })).rejects.toMatchObject({
      exit: 'film',
      message: expect.stringContaining('9000×5000: too large'),
      fix: expect.stringContaining('--max-pixels 9000x5000'),
    });
    const { video } = await probe(path, { tools: TOOLS, limits: { maxPixels: 9000 * 5000 } });
    expect(video).toMatchObject({ width: 9000, height: 5000 });
  });
});

describe('Dolby Vision, by its record', () => {
  const film = async (profile: number, compatibility: number, tags: readonly string[]) => {
    const path = await quarters(`dv-${profile}-${compatibility}.mp4`, tags);
    addToSampleEntry(path, dolbyVisionRecord(profile, compatibility));
    return path;
  };
  const PQ = ['-colorspace', 'bt2020nc', '-color_primaries', 'bt2020', '-color_trc', 'smpte2084'];

  test.each([
    [8, 1, PQ, 'pq'],
    [8, 4, [], 'hlg'],
    [7, 6, [], 'pq'],
  ])('profile %i over a base layer of kind %i is mapped', async (profile, kind, tags, transfer) => {
    const plan = await planFilmAt(await film(profile, kind, tags));
    expect(plan.source.video).toMatchObject({
      transfer,
      dolbyVision: { profile, hasBaseLayer: true },
    });
    expect(plan.picture.toneMap).toBe('zscale');
    expect(plan.warnings.join()).toContain(`Dolby Vision profile ${profile} over`);
  });

  test('profile 5 has no base layer and is refused, with what to install', async () => {
    await expect(planFilmAt(await film(5, 0, []))).rejects.toMatchObject({
      exit: 'film',
      message: expect.stringContaining('Dolby Vision profile 5'),
      fix: expect.stringMatching(/libplacebo.*brew install ffmpeg-full/),
    });
  });
});
