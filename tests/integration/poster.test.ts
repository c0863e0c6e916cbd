import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { probe } from '../../src/ffmpeg/probe/probe.ts';
import { makePoster, type PosterOptions } from '../../src/ffmpeg/stills/poster.ts';
import type { Source } from '../../src/model/source.ts';
import { pictureFilters } from '../../src/plan/picture-filters.ts';
import { corpus } from '../helpers/corpus.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { readFrameNumbers } from '../helpers/read-frame-numbers.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { sourceOf } from '../helpers/source-of.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { hasPart } from '../helpers/tested-ffmpeg.ts';
import { toolchainOf } from '../helpers/toolchain-of.ts';

const tools = {
  ffmpeg: process.env['MOVIE_INGEST_FFMPEG'] || 'ffmpeg',
  ffprobe: process.env['MOVIE_INGEST_FFPROBE'] || 'ffprobe',
};
const dir = makeTempDir('poster');

async function poster(
  film: string | Source,
  at: PosterOptions['at'] = 'auto',
  name = 'poster.jpg',
) {
  const source = typeof film === 'string' ? await probe(film, { tools }) : film;
  const outPath = join(makeTempDir('poster'), name);
  const picture = pictureFilters({
    video: source.video,
    toolchain: toolchainOf(),
    hdr: 'tonemap',
  });
  return { ...(await makePoster({ tools, source, picture, outPath, at })), outPath };
}

/** Makes a film from a filter graph that ends in [v]. */
async function film(name: string, graph: string, args: readonly string[] = []): Promise<string> {
  const path = join(dir, name);
  await runFfmpeg([
    ...['-filter_complex', graph, '-map', '[v]', '-c:v', 'libx264', '-preset', 'ultrafast'],
    ...['-pix_fmt', 'yuv420p', ...args, `file:${path}`],
  ]);
  return path;
}

/** Mean colour of a part of a picture, 8 bits a channel. */
async function colourAt(path: string, crop = 'iw:ih:0:0'): Promise<readonly number[]> {
  const filter = `crop=${crop},scale=1:1:flags=area,format=rgb24`;
  const { stdout } = await runFfmpeg([
    ...['-f', 'jpeg_pipe', '-i', `file:${path}`],
    ...['-vf', filter, '-f', 'rawvideo', 'pipe:1'],
  ]);
  return [...stdout];
}

/** Segment markers before the picture data: JFIF, EXIF, comments … */
function markers(path: string): readonly string[] {
  const bytes = readFileSync(path);
  const found: string[] = [];
  for (let at = 2; bytes[at + 1] !== 0xda; at += 2 + bytes.readUInt16BE(at + 2)) {
    found.push(bytes.subarray(at, at + 2).toString('hex'));
  }
  return found;
}

/** Writes a quarter turn into the track header, as phones do; ffmpeg's own ways differ by version. */
function turnClockwise(path: string): void {
  const bytes = readFileSync(path);
  const matrix = bytes.indexOf('tkhd') + 44;
  const values = [0, 0x10000, 0, -0x10000, 0, 0, 180 * 0x10000, 0, 0x40000000];
  values.forEach((value, index) => {
    bytes.writeInt32BE(value, matrix + 4 * index);
  });
  writeFileSync(path, bytes);
}

const scene = (seconds: number) => `testsrc2=s=640x360:r=24:d=${seconds}`;
const plain = (colour: string, seconds: number) => `color=${colour}:s=640x360:r=24:d=${seconds}`;
const GRID = ['-g', '48', '-sc_threshold', '0'];

describe('a good picture of the film', () => {
  test('not black, though most of the film is', async () => {
    const path = await film(
      'mostly-black.mp4',
      `${plain('black', 20)}[a];${scene(4)}[b];${plain('black', 16)}[c];[a][b][c]concat=n=3[v]`,
      GRID,
    );
    const { timeMs } = await poster(path);
    expect(timeMs).toBeGreaterThanOrEqual(20_000);
    expect(timeMs).toBeLessThan(24_000);
  });

  test('not in a fade: a key frame that lies in one is passed over', async () => {
    // Key frames every 2 s, where each scene but the sixth comes up from black, halfway there.
    const scenes = Array.from({ length: 9 }, (_, index) => {
      const fade = index === 5 ? '' : ',fade=t=in:d=0.8';
      return `${scene(2.4)}${fade},trim=start=0.4,setpts=PTS-STARTPTS[s${index}];`;
    });
    const inputs = scenes.map((_, index) => `[s${index}]`).join('');
    const path = await film('fades.mp4', `${scenes.join('')}${inputs}concat=n=9[v]`, GRID);
    const { timeMs = 0 } = await poster(path);
    const isInScene6 = timeMs >= 10_000 && timeMs < 12_000;
    expect(isInScene6 || timeMs % 2_000 > 400, `${timeMs} ms`).toBe(true);
  });

  test('not the first picture, also where the film has only one key frame', async () => {
    const path = await film('one-key-frame.mp4', `${scene(8)}[v]`, [
      '-g',
      '9999',
      '-sc_threshold',
      '0',
    ]);
    const { timeMs, outPath } = await poster(path);
    expect(timeMs).toBeGreaterThan(500);
    expect(timeMs).toBeLessThan(7_000);
    expect(existsSync(outPath)).toBe(true);
  });

  test('the same film gives the same bytes, and nothing in the file but the picture', async () => {
    const path = await makeClip({ dir, name: 'twice.mp4', title: 'A title', seconds: 3 });
    const [first, second] = [await poster(path), await poster(path)];
    expect(readFileSync(first.outPath).equals(readFileSync(second.outPath))).toBe(true);
    expect(first.bytes).toBe(readFileSync(first.outPath).length);
    expect(new Set(markers(first.outPath))).toEqual(new Set(['ffe0', 'ffdb', 'ffc4', 'ffc0']));
  });

  test.each([
    ['one picture', '0.04'],
    ['a second', '1'],
    ['all black', '2'],
  ])('a film of %s has a poster all the same', async (name, seconds) => {
    const picture = name === 'all black' ? plain('black', 2) : scene(2);
    const path = await film(`${name}.mp4`, `${picture}[v]`, ['-t', seconds]);
    expect(await poster(path)).toMatchObject({ width: 640, height: 360 });
  });

  test('a film that starts at 10 s of its own clock, and one in a transport stream', async () => {
    const path = await film('late.ts', `${scene(12)}[v]`, [...GRID, '-output_ts_offset', '10']);
    const { timeMs } = await poster(path);
    expect(timeMs).toBeGreaterThan(1_000);
    expect(timeMs).toBeLessThan(11_000);
  });

  test('names and folders that mean something to ffmpeg mean nothing here', async () => {
    const path = join(dir, '-i concat:a|b 100%d.mp4');
    writeFileSync(path, readFileSync(await makeClip({ dir, name: 'plain.mp4', seconds: 2 })));
    const { width, outPath } = await poster(path, 'auto', 'poster 100%d.jpg');
    expect(width).toBe(640);
    expect(readdirSync(join(outPath, '..'))).toEqual(['poster 100%d.jpg']);
  });
});

describe('its size and shape', () => {
  test('1280 wide at most, and never larger than the film', async () => {
    const large = await film('large.mp4', 'testsrc2=s=1920x800:r=24:d=1[v]');
    expect(await poster(large)).toMatchObject({ width: 1280, height: 533 });
    const small = await film('small.mp4', 'testsrc2=s=160x120:r=24:d=1[v]');
    expect(await poster(small)).toMatchObject({ width: 160, height: 120 });
  });

  test('anamorphic pictures are shown in their true shape', async () => {
    const path = await film('sar.mp4', 'testsrc2=s=720x576:r=25:d=1,setsar=64/45[v]');
    expect(await poster(path)).toMatchObject({ width: 1024, height: 576 });
  });

  test('a phone film is upright', async () => {
    const path = await film(
      'flat.mp4',
      'color=red:s=320x180:r=24:d=1[a];color=blue:s=320x180:r=24:d=1[b];[a][b]hstack[v]',
    );
    turnClockwise(path);
    const { width, height, outPath } = await poster(path);
    expect([width, height]).toEqual([180, 640]);
    const [top, bottom] = [
      await colourAt(outPath, 'iw:10:0:20'),
      await colourAt(outPath, 'iw:10:0:600'),
    ];
    expect(top[0], 'red at the top').toBeGreaterThan(200);
    expect(bottom[2], 'blue at the bottom').toBeGreaterThan(200);
  });

  test.each([
    ['tagged BT.709', '1280x720', ['-colorspace', 'bt709']],
    ['untagged HD', '1280x720', []],
    ['untagged SD', '640x360', []],
  ])('colours are right: %s', async (name, size, tags) => {
    const matrix = name === 'untagged SD' ? 'bt601' : 'bt709';
    const path = await film(
      `${name}.mp4`,
      `color=0x20C040:s=${size}:r=24:d=1,format=rgb24,scale=out_color_matrix=${matrix}:out_range=tv,format=yuv420p,noise=alls=4[v]`,
      tags,
    );
    const [red, green, blue] = await colourAt((await poster(path)).outPath);
    expect(Math.abs((red ?? 0) - 0x20)).toBeLessThan(8);
    expect(Math.abs((green ?? 0) - 0xc0)).toBeLessThan(8);
    expect(Math.abs((blue ?? 0) - 0x40)).toBeLessThan(8);
  });
});

describe('--poster TIME', () => {
  const numbered = makeClip({ dir, name: 'numbered.mp4', rate: '25', seconds: 3 });

  test.each([0, 999, 1_000, 1_040, 2_500, 2_999])(
    'the picture on screen at %d ms, not the one after it',
    async (timeMs) => {
      const { outPath, ...result } = await poster(await numbered, { timeMs });
      expect(result.timeMs).toBe(timeMs);
      expect(await readFrameNumbers(`file:${outPath}`)).toEqual([Math.floor(timeMs / 40)]);
    },
  );

  test.each([-1, 3_000, 9e9])('%d ms is no time of a film of 3 s', async (timeMs) => {
    await expect(poster(await numbered, { timeMs })).rejects.toMatchObject({
      exit: 'usage',
      why: 'It is 00:00:03 long.',
    });
  });
});

describe('--poster cover', () => {
  test.each(['mp4', 'mkv'])(
    'takes the picture that a .%s carries, whole and upright',
    async (extension) => {
      const cover = join(dir, 'cover.jpg');
      await runFfmpeg([
        ...['-f', 'lavfi', '-i', 'color=red:s=300x450', '-frames:v', '1', `file:${cover}`],
      ]);
      const path = join(dir, `with-cover.${extension}`);
      await runFfmpeg([
        ...['-f', 'lavfi', '-i', plain('blue', 1), ...(extension === 'mkv' ? [] : ['-i', cover])],
        ...(extension === 'mkv'
          ? ['-attach', cover, '-metadata:s:t:0', 'mimetype=image/jpeg']
          : ['-map', '0', '-map', '1', '-c:v:1', 'copy', '-disposition:v:1', 'attached_pic']),
        ...['-c:v:0', 'libx264', '-preset', 'ultrafast', '-pix_fmt:v:0', 'yuv420p', `file:${path}`],
      ]);
      const source = await probe(path, { tools });
      expect(source.coverArt).toMatchObject({ width: 300, height: 450 });
      const made = await poster(source, 'cover');
      expect(made).toMatchObject({ width: 300, height: 450 });
      expect(made).not.toHaveProperty('timeMs');
      const [red = 0, , blue = 255] = await colourAt(made.outPath);
      expect([red > 200, blue < 60]).toStrictEqual([true, true]);
    },
  );

  test('of a film that carries none is refused', async () => {
    await expect(poster(sourceOf(), 'cover')).rejects.toMatchObject({ exit: 'usage' });
  });
});

describe('--poster FILE', async () => {
  const picture = async (name: string, size = '1600x900') => {
    const path = join(dir, name);
    await runFfmpeg([
      '-f',
      'lavfi',
      '-i',
      `testsrc2=s=${size}`,
      '-frames:v',
      '1',
      '-update',
      '1',
      `file:${path}`,
    ]);
    return path;
  };
  const given = (file: string) => poster(sourceOf(), { file });

  const kinds = await Promise.all(
    [
      ['jpg', 'mjpeg'],
      ['png', 'png'],
      ['webp', 'webp'],
    ].map(async ([kind = '', decoder = '']) => [kind, await hasPart('decoders', decoder)] as const),
  );

  test.each(kinds)(
    'a .%s is scaled to 1280 and has no time, or this ffmpeg cannot decode it (%s)',
    async (extension, isDecoded) => {
      if (!isDecoded) {
        const why = expect.stringContaining('no decoder');
        const refused = given(await picture(`given.${extension}`));
        await expect(refused).rejects.toMatchObject({ exit: 'usage', why });
        return;
      }
      const result = await given(await picture(`given.${extension}`));
      expect(result).toMatchObject({ width: 1280, height: 720 });
      expect(result).not.toHaveProperty('timeMs');
    },
  );

  test('a small one stays small; the kind is what the bytes say, not the name', async () => {
    const webp = await picture('small.webp', '300x200');
    const misnamed = join(dir, 'small.txt');
    writeFileSync(misnamed, readFileSync(webp));
    expect(await given(misnamed)).toMatchObject({ width: 300, height: 200 });
  });

  test('promise 8: where a photograph was taken does not get into the poster', async () => {
    const jpeg = readFileSync(await picture('photo.jpg', '320x240'));
    const exif = Buffer.from('Exif\0\0MM\0*\0\0\0\x08GPS 48.85N 2.35E', 'latin1');
    const head = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
    const photo = join(dir, 'gps.jpg');
    writeFileSync(photo, Buffer.concat([jpeg.subarray(0, 2), head, exif, jpeg.subarray(2)]));
    expect(markers(photo)).toContain('ffe1');
    const { outPath } = await given(photo);
    expect(markers(outPath)).not.toContain('ffe1');
    expect(readFileSync(outPath).includes('GPS')).toBe(false);
  });

  test('a name with a pattern is one file, not a series', async () => {
    const first = await picture('page001.jpg', '64x64');
    const pattern = join(dir, 'page%03d.jpg');
    writeFileSync(pattern, readFileSync(await picture('other.jpg', '100x50')));
    expect(existsSync(first)).toBe(true);
    expect(await given(pattern)).toMatchObject({ width: 100, height: 50 });
  });

  const refusals: readonly (readonly [string, () => Promise<string> | string])[] = [
    ['a file that is not there', () => join(dir, 'none.jpg')],
    ['a folder', () => dir],
    ['a film', () => makeClip({ dir, name: 'film.jpg.mp4', seconds: 1 })],
    ['a text called .png', () => write('text.png', 'hello, I am a text of some length')],
    ['an empty file', () => write('empty.jpg', '')],
    ['an SVG', () => write('a.svg', '<svg><image href="file:///etc/passwd"/></svg>')],
    ['a playlist called .jpg', () => write('list.jpg', '#EXTM3U\n#EXTINF:1,\n/etc/passwd\n')],
    [
      'a PNG that is cut off in its header',
      async () => write('cut.png', readFileSync(await picture('whole.png')).subarray(0, 20)),
    ],
    ['a picture beyond the pixel limit', () => picture('bomb.png', '8200x4400')],
    [
      'a pipe that nobody writes to',
      () => {
        const path = join(dir, 'pipe.jpg');
        execFileSync('mkfifo', [path]);
        return path;
      },
    ],
  ];
  test.each(refusals)('%s is refused', async (_name, make) => {
    const file = await make();
    await expect(given(file)).rejects.toMatchObject({
      exit: 'usage',
      message: `${basename(file)} cannot be used as the poster`,
    });
  });

  function write(name: string, bytes: string | Buffer): string {
    const path = join(dir, name);
    writeFileSync(path, bytes);
    return path;
  }
});

describe('a film without a picture that can be decoded', () => {
  test('is an error of the film', async () => {
    const path = join(dir, 'broken.mp4');
    const bytes = readFileSync(await makeClip({ dir, name: 'whole.mp4', seconds: 1, audio: [] }));
    const start = bytes.indexOf('mdat') + 4;
    bytes.fill(0x55, start, bytes.indexOf('moov') > start ? bytes.indexOf('moov') - 4 : undefined);
    writeFileSync(path, bytes);
    await expect(poster(path)).rejects.toMatchObject({ exit: 'film' });
  });

  test('a call that is stopped ends with the reason of the signal', async () => {
    const source = await probe(await makeClip({ dir, name: 'stop.mp4', seconds: 1 }), { tools });
    const stopped = makePoster({
      tools,
      source,
      picture: pictureFilters({ video: source.video, toolchain: toolchainOf(), hdr: 'tonemap' }),
      outPath: join(dir, 'never.jpg'),
      at: 'auto',
      signal: AbortSignal.abort(new Error('stopped by the test')),
    });
    await expect(stopped).rejects.toThrow('stopped by the test');
    expect(existsSync(join(dir, 'never.jpg'))).toBe(false);
  });
});

const films = corpus('films');

describe.skipIf(films === undefined)('real films', () => {
  test.each(films === undefined ? [] : readdirSync(films))(
    '%s has a poster with something to see',
    async (name) => {
      const { outPath, width, timeMs } = await poster(join(films ?? '', name));
      expect(width).toBeLessThanOrEqual(1280);
      expect(timeMs).toBeGreaterThan(500);
      const [red = 0, green = 0, blue = 0] = await colourAt(outPath);
      expect(Math.max(red, green, blue)).toBeGreaterThan(50);
    },
  );
});
