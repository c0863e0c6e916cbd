import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { inspectToolchain } from '../../src/ffmpeg/tools/inspect-toolchain.ts';
import type { Plan, VideoRendition } from '../../src/model/plan.ts';
import { type EncodeFilmOptions, encodeFilm, planFilmAt, TOOLS } from '../helpers/encode-film.ts';
import {
  largestDifference,
  PATCHES,
  type Rgb,
  readPatches,
  writeChart,
} from '../helpers/patch-chart.ts';
import { runFfmpeg, runFfprobe } from '../helpers/run-ffmpeg.ts';
import { makeFastTempDir } from '../helpers/temp-dir.ts';
import { toolchainOf } from '../helpers/toolchain-of.ts';

const dir = makeFastTempDir('colours');
let chart: string;
beforeAll(() => {
  chart = writeChart(dir);
});

/** A film of the chart: what turns RGB into its format, its encoder, its tags. */
type Kind = Readonly<{
  name: string;
  filter: string;
  codec: readonly string[];
  /** Matrix, primaries and transfer; none where the file is to say nothing. */
  tags?: readonly [string, string, string];
  range?: 'tv' | 'pc';
  container?: 'mkv' | 'mov' | 'mp4' | 'avi';
  /** Where it cannot be the chart itself. */
  expected?: readonly Rgb[];
  tolerance?: number;
}>;

const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '1'];
const FFV1 = ['-c:v', 'ffv1'];
const BT709 = ['bt709', 'bt709', 'bt709'] as const;
const BT601 = ['smpte170m', 'smpte170m', 'smpte170m'] as const;

/** By zimg, which is not what the pipeline converts with. */
const yuv = (matrix: string, format: string, range = 'limited') =>
  `format=gbrp,zscale=min=gbr:rin=full:m=${matrix}:r=${range},format=${format}`;

const WIDE =
  'format=gbrp,setparams=range=pc:color_primaries=bt709:color_trc=bt709:colorspace=gbr,' +
  'zscale=p=bt2020:m=bt2020nc:t=bt709:r=tv,format=yuv420p10le';

/** The chart in another gamut, as RGB. */
const wideRgb = (primaries: string) =>
  'format=gbrp,setparams=range=pc:color_primaries=bt709:color_trc=bt709:colorspace=gbr,' +
  `zscale=p=${primaries}:m=gbr:t=bt709:r=pc,format=gbrp10le`;

const GREYS = PATCHES.map(([r, g, b]): Rgb => {
  const grey = Math.round(0.299 * r + 0.587 * g + 0.114 * b);
  return [grey, grey, grey];
});

/** What the ffmpeg that is tested has: without zscale it takes other ways to the same colours. */
const toolchain = await inspectToolchain(TOOLS, {
  preset: { name: 'default', codec: 'h264' },
  choice: 'libx264',
  cacheDir: dir,
  remembers: false,
});

const KINDS: readonly Kind[] = [
  { name: 'BT.709', filter: yuv('709', 'yuv420p'), codec: X264, tags: BT709 },
  { name: 'BT.709 in 10 bits', filter: yuv('709', 'yuv420p10le'), codec: X264, tags: BT709 },
  { name: 'BT.709 4:2:2 in 10 bits', filter: yuv('709', 'yuv422p10le'), codec: X264, tags: BT709 },
  { name: 'BT.709 4:4:4', filter: yuv('709', 'yuv444p'), codec: X264, tags: BT709 },
  {
    name: 'full range',
    filter: yuv('709', 'yuv420p', 'full'),
    codec: X264,
    tags: BT709,
    range: 'pc',
  },
  { name: 'BT.601', filter: yuv('170m', 'yuv420p'), codec: X264, tags: BT601 },
  {
    name: 'BT.601 of PAL',
    filter: yuv('470bg', 'yuv422p'),
    codec: X264,
    tags: ['bt470bg', 'bt470bg', 'smpte170m'],
  },
  {
    name: 'BT.601 in full range and 10 bits',
    filter: yuv('170m', 'yuv420p10le', 'full'),
    codec: X264,
    tags: BT601,
    range: 'pc',
  },
  { name: 'SD that says nothing', filter: yuv('170m', 'yuv420p'), codec: FFV1 },
  {
    name: 'BT.2020 that is SDR',
    filter: WIDE,
    codec: X264,
    tags: ['bt2020nc', 'bt2020', 'bt2020-10'],
    // Pure colours lie outside of what 10 bits of BT.2020 hold exactly; `colorspace` cuts them besides.
    tolerance: toolchain.filters.includes('zscale') ? 12 : 70,
  },
  {
    name: 'RGB of BT.2020 that is SDR',
    filter: wideRgb('bt2020'),
    codec: FFV1,
    tags: ['gbr', 'bt2020', 'bt709'],
    tolerance: toolchain.filters.includes('zscale') ? 12 : 70,
  },
  {
    name: 'RGB of P3',
    filter: wideRgb('smpte432'),
    codec: FFV1,
    tags: ['gbr', 'smpte432', 'bt709'],
    tolerance: toolchain.filters.includes('zscale') ? 13 : 70,
  },
  { name: 'RGB of H.264', filter: 'format=gbrp', codec: ['-c:v', 'libx264rgb', '-qp', '1'] },
  { name: 'RGB in 10 bits', filter: 'format=gbrp10le', codec: FFV1 },
  { name: 'packed RGB', filter: 'format=rgb24', codec: ['-c:v', 'qtrle'], container: 'mov' },
  { name: 'RGB with alpha', filter: 'format=argb', codec: ['-c:v', 'qtrle'], container: 'mov' },
  {
    name: 'YUV with alpha',
    filter: `${yuv('709', 'yuv444p10le')},format=yuva444p10le`,
    codec: ['-c:v', 'prores_ks'],
    tags: BT709,
    container: 'mov',
  },
  { name: 'grey', filter: 'format=gray', codec: FFV1, expected: GREYS },
  {
    name: 'Motion JPEG',
    filter: yuv('170m', 'yuvj422p', 'full'),
    codec: ['-c:v', 'mjpeg', '-q:v', '1'],
    container: 'avi',
    tolerance: 8,
  },
];

async function filmOf(kind: Kind): Promise<string> {
  const path = join(dir, `${kind.name.replaceAll(/\W+/g, '-')}.${kind.container ?? 'mkv'}`);
  const [matrix, primaries, transfer] = kind.tags ?? [];
  // Said in the filter as well: from ffmpeg 7 on the tags of the pictures win over the options.
  const said =
    kind.tags === undefined
      ? ''
      : `,setparams=colorspace=${matrix}:color_primaries=${primaries}:color_trc=${transfer}`;
  await runFfmpeg([
    ...['-loop', '1', '-framerate', '24', '-i', chart, '-t', '0.25'],
    ...['-vf', `${kind.filter}${said}`],
    ...kind.codec,
    // The option and the filter have names of their own for it.
    ...(matrix === undefined ? [] : ['-colorspace', matrix === 'gbr' ? 'rgb' : matrix]),
    ...(primaries === undefined ? [] : ['-color_primaries', primaries]),
    ...(transfer === undefined ? [] : ['-color_trc', transfer]),
    ...(kind.range === undefined ? [] : ['-color_range', kind.range]),
    `file:${path}`,
  ]);
  return path;
}

type Patches = Readonly<{ found: readonly Rgb[]; plan: Plan; tags: unknown }>;

async function patchesOf(
  path: string,
  options: EncodeFilmOptions = { toolchain },
): Promise<Patches> {
  const film = await encodeFilm(path, options);
  const [{ name }] = film.plan.video as readonly [VideoRendition];
  const { streams } = (await runFfprobe(film.first(name), ['-show_streams'])) as {
    streams: readonly [unknown];
  };
  return { found: await readPatches(film.first(name)), plan: film.plan, tags: streams[0] };
}

const TAGGED = {
  pix_fmt: 'yuv420p',
  color_range: 'tv',
  color_space: 'bt709',
  color_transfer: 'bt709',
  color_primaries: 'bt709',
};

describe('a chart of patches comes out in the same colours', () => {
  test.each(KINDS.map((kind) => [kind.name, kind] as const))('%s', async (_, kind) => {
    const { found, tags } = await patchesOf(await filmOf(kind));
    expect(tags).toMatchObject(TAGGED);
    const expected = kind.expected ?? PATCHES;
    // Greys and skin.
    expect(largestDifference(found.slice(0, 11), expected.slice(0, 11))).toBeLessThanOrEqual(8);
    const difference = largestDifference(found, expected);
    expect(difference, JSON.stringify(found)).toBeLessThanOrEqual(kind.tolerance ?? 5);
  });

  test('what is transparent is black, whatever colour lies below', async () => {
    const name = 'half transparent';
    const alpha = "geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='if(lt(Y,128),0,255)'";
    const filter = `format=gbrap,${alpha},format=argb`;
    const path = await filmOf({ name, filter, codec: ['-c:v', 'qtrle'], container: 'mov' });
    const { found, plan } = await patchesOf(path);
    const black: Rgb = [0, 0, 0];
    const expected = PATCHES.map((rgb, index) => (index < 8 ? black : rgb));
    expect(largestDifference(found, expected)).toBeLessThanOrEqual(5);
    expect(plan.warnings.join()).toContain('laid on black');
  });

  test('an error of the matrix would be seen', async () => {
    const kind = KINDS.find(({ name }) => name === 'BT.601');
    const path = await filmOf({ ...(kind as Kind), name: 'wrong', tags: BT709 });
    const { found } = await patchesOf(path);
    expect(largestDifference(found, PATCHES)).toBeGreaterThan(20);
  });
});

/** The chart as an HDR film whose white is 203 nits (BT.2408), from the light of an sRGB screen. */
const hdr = (transfer: string, { primaries = 'bt2020', range = 'tv' } = {}) =>
  'format=gbrp,setparams=range=pc:color_primaries=bt709:color_trc=iec61966-2-1:colorspace=gbr,' +
  `zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=${primaries},` +
  `zscale=t=${transfer}:m=bt2020nc:r=${range}:npl=203,format=yuv420p10le`;

const HDR: readonly Kind[] = [
  {
    name: 'HDR10',
    filter: hdr('smpte2084'),
    codec: X264,
    tags: ['bt2020nc', 'bt2020', 'smpte2084'],
  },
  {
    name: 'HLG',
    filter: hdr('arib-std-b67'),
    codec: X264,
    tags: ['bt2020nc', 'bt2020', 'arib-std-b67'],
  },
];

describe('an HDR film comes out as SDR that is not washed out', () => {
  test.each(HDR.map((kind) => [kind.name, kind] as const))('%s', async (_, kind) => {
    const mapper = toolchain.toneMappers.find(({ works }) => works);
    const { found, plan, tags } = await patchesOf(await filmOf(kind), { toolchain });
    expect(tags).toMatchObject(TAGGED);
    expect(plan.picture.toneMap).toBe(mapper?.name);
    expect(plan.warnings.join()).toContain(`turned into SDR by ${mapper?.name}`);
    // Greys stay grey and rise; black is black, white clearly brighter than the middle.
    const greys = found.slice(0, 9);
    for (const [r, g, b] of greys) expect(Math.max(r, g, b) - Math.min(r, g, b)).toBeLessThan(6);
    const levels = greys.map(([, g]) => g);
    expect(levels).toEqual(levels.toSorted((a, b) => a - b));
    expect(levels[0]).toBeLessThan(4);
    expect(levels[8]).toBeGreaterThan(140);
    // Pure colours stay far from grey: left as they are, red would be (135, 83, 54).
    const [red, green, blue] = found.slice(11, 14) as [Rgb, Rgb, Rgb];
    expect(red[0] - Math.max(red[1], red[2])).toBeGreaterThan(100);
    expect(green[1] - Math.max(green[0], green[2])).toBeGreaterThan(80);
    expect(blue[2] - Math.max(blue[0], blue[1])).toBeGreaterThan(100);
    // Skin stays skin.
    const [light] = found.slice(9, 10) as [Rgb];
    expect(light[0]).toBeGreaterThan(light[1] + 20);
    expect(light[1]).toBeGreaterThan(light[2] + 8);
  });

  test.each([
    ['HLG of full range', 'arib-std-b67', { range: 'pc' }],
    ['HDR10 of full range', 'smpte2084', { range: 'pc' }],
    ['HDR10 in P3', 'smpte2084', { primaries: 'smpte432' }],
  ] as const)('%s as without that', async (name, transfer, other) => {
    const film = (kind: string, options: Readonly<{ primaries?: string; range?: 'tv' | 'pc' }>) =>
      filmOf({
        name: `${name} ${kind}`,
        filter: `${hdr(transfer, options)},setparams=range=${options.range ?? 'tv'}`,
        codec: FFV1,
        tags: ['bt2020nc', options.primaries ?? 'bt2020', transfer],
        range: options.range ?? 'tv',
      });
    const { found } = await patchesOf(await film('so', other));
    const { found: expected } = await patchesOf(await film('else', {}));
    expect(largestDifference(found.slice(0, 11), expected.slice(0, 11))).toBeLessThanOrEqual(4);
    // The darkest of pure colours lie at the gamut's edge, and where HDR has few steps.
    expect(largestDifference(found, expected)).toBeLessThanOrEqual(
      transfer === 'smpte2084' ? 40 : 12,
    );
  });

  test('with each way that was proved here, and never with one that was not', async () => {
    expect(toolchain.toneMappers.some(({ works }) => works)).toBe(true);
    const path = await filmOf(HDR[0] as Kind);
    for (const { name, works } of toolchain.toneMappers.filter((mapper) => mapper.works)) {
      const only = toolchain.toneMappers.filter((mapper) => mapper.name === name);
      const { found } = await patchesOf(path, { toolchain: { ...toolchain, toneMappers: only } });
      expect(works && (found[11]?.[0] ?? 0) - (found[11]?.[1] ?? 0)).toBeGreaterThan(80);
    }
  });

  test('or is refused in words: with no way, and when the user wants it so', async () => {
    const path = await filmOf(HDR[0] as Kind);
    await expect(
      planFilmAt(path, { toolchain: toolchainOf({ toneMapper: 'none' }) }),
    ).rejects.toMatchObject({
      exit: 'film',
      message: expect.stringContaining('HDR10'),
      fix: expect.stringMatching(/brew install ffmpeg-full.*apt-get install/),
    });
    await expect(planFilmAt(path, { hdr: 'refuse' })).rejects.toMatchObject({ exit: 'film' });
  });
});
