import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadPreset } from '../../../../src/config/load-preset.ts';
import { audioArgs } from '../../../../src/ffmpeg/encode/audio-args.ts';
import { encodeArgs, soundArgs } from '../../../../src/ffmpeg/encode/encode-args.ts';
import type { Source } from '../../../../src/model/source.ts';
import type { Toolchain } from '../../../../src/model/toolchain.ts';
import { makePlan } from '../../../../src/plan/make-plan.ts';
import { audioOf, sourceOf } from '../../../helpers/source-of.ts';
import { toolchainOf } from '../../../helpers/toolchain-of.ts';

/** One flag to a line, so that a change of the golden file reads as what it is. */
const lines = (args: readonly string[]) => `${args.join('\n').replaceAll('\n-', '\n\n-')}\n`;

const planOf = async (source: Source, toolchain: Toolchain = toolchainOf(), preset = 'default') =>
  makePlan({
    slug: 'film',
    source,
    preset: await loadPreset(preset, { cwd: '/' }),
    toolchain,
    encodeArgs,
  });

const inTwoLanguages = [
  audioOf({ index: 1, language: 'vi' }),
  audioOf({ index: 2, language: 'en', isDefault: false }),
];

test.each([
  ['x264-1080p24', sourceOf({}, { audio: inTwoLanguages }), toolchainOf()],
  [
    'x264-23976-silent',
    sourceOf({ frameRate: { num: 24_000, den: 1001 } }, { audio: [] }),
    toolchainOf(),
  ],
  ['x264-hdr-interlaced', sourceOf({ transfer: 'pq', fieldOrder: 'interlaced' }), toolchainOf()],
  ['x264-jumping-time-stamps', sourceOf({ timeStamps: 'jumping' }), toolchainOf()],
])(
  'the argument list %s is the one that was read and approved',
  async (name, source, toolchain) => {
    const plan = await planOf(source, toolchain);
    await expect(lines(plan.ffmpegArgs)).toMatchFileSnapshot(`../../../golden/argv/${name}.txt`);
  },
);

describe.each([
  ['default', 'h264'],
  ['fast', 'h264'],
  ['quality', 'h264'],
  ['fmp4', 'h264'],
  ['cellular', 'h264'],
  ['hevc', 'hevc'],
] as const)('the argument lists of the preset %s', (preset, codec) => {
  const mac = ['allow_sw', 'realtime', 'prio_speed', 'spatial_aq'];
  test.each([
    [codec === 'hevc' ? 'libx265' : 'libx264', toolchainOf({ codec })],
    [`${codec}_videotoolbox`, toolchainOf({ codec, videotoolbox: mac })],
  ])('with %s are those that were read and approved', async (encoder, toolchain) => {
    const plan = await planOf(sourceOf(), toolchain, preset);
    expect(plan.encoder.name).toBe(encoder);
    const file = `../../../golden/argv/preset-${preset}-${encoder}.txt`;
    await expect(lines(plan.ffmpegArgs)).toMatchFileSnapshot(file);
  });
});

test('fMP4 is resumed in the same way, with the time stamps of the film', async () => {
  const plan = await planOf(sourceOf(), toolchainOf(), 'fmp4');
  const [whole, resumed] = [encodeArgs(plan), encodeArgs(plan, { firstSegment: 3 })];
  expect(resumed.filter((argument) => !whole.includes(argument))).toEqual([
    '-ss',
    '13.000000',
    expect.stringContaining('fps=24/1:start_time=18.000000:round=near'),
    '3',
    'v:0,name:360p v:1,name:720p v:2,name:1080p',
  ]);
});

const GROUPS = [
  { keyFrame: 0, lastPicture: 446_250, frames: 120, bytes: 2_000_000 },
  { keyFrame: 450_000, lastPicture: 671_250, frames: 60, bytes: 1_000_000 },
];

test.each([
  ['copied-top-x264', 1920, 1080, toolchainOf()],
  ['copied-alone', 640, 360, toolchainOf()],
  ['copied-top-videotoolbox', 1280, 720, toolchainOf({ videotoolbox: ['prio_speed'] })],
])(
  'the argument list %s is the one that was read and approved',
  async (name, width, height, toolchain) => {
    const plan = makePlan({
      slug: 'film',
      source: sourceOf({ width, height }, { audio: inTwoLanguages }),
      preset: await loadPreset('default', { cwd: '/' }),
      toolchain,
      copyable: {
        picture: { groups: GROUPS },
        sounds: [
          { index: 1, kbps: 160 },
          { index: 2, objection: 'it begins late' },
        ],
      },
      encodeArgs,
    });
    await expect(lines(plan.ffmpegArgs)).toMatchFileSnapshot(`../../../golden/argv/${name}.txt`);
    expect(() => encodeArgs(plan, { firstSegment: 1 })).toThrow('starts again');
  },
);

test('a copied stream is reached by no encoder option: each names the streams that it is for', async () => {
  const golden = await readFile(
    join(import.meta.dirname, '../../../golden/argv/copied-top-x264.txt'),
    'utf8',
  );
  const flags = golden.split(/\s/).filter((word) => /^-\S+:v/.test(word));
  expect(flags.filter((flag) => !/:v:[01]$/.test(flag))).toEqual(['-c:v:2', '-bsf:v:2']);
});

test('resuming changes where it starts and leaves the sound out; nothing else', async () => {
  const plan = await planOf(sourceOf({ frameRate: { num: 24_000, den: 1001 } }));
  const [whole, resumed] = [encodeArgs(plan), encodeArgs(plan, { firstSegment: 3 })];
  expect(resumed.filter((argument) => !whole.includes(argument))).toEqual([
    '-ss',
    '13.018000',
    expect.stringContaining('fps=24000/1001:start_time=18.018000:round=near'),
    '3',
    'v:0,name:360p v:1,name:720p v:2,name:1080p',
  ]);
  expect(resumed).not.toContain('aac');
});

test.each(['mpegts', 'mpeg'])(
  'in %s no place is sought: it is read from its start',
  async (container) => {
    const plan = await planOf(sourceOf({}, { container }));
    const resumed = encodeArgs(plan, { firstSegment: 3 });
    expect(resumed).not.toContain('-ss');
    expect(resumed.join(' ')).toContain('start_time=18.000000');
  },
);

test('the sound alone has the same options and cuts as beside the pictures, and no picture', async () => {
  const plan = await planOf(sourceOf({ frameRate: { num: 24_000, den: 1001 } }));
  const [whole, sound] = [encodeArgs(plan), soundArgs(plan)];
  expect(sound.filter((argument) => !whole.includes(argument))).toEqual(['a:0,name:audio-und']);
  const from = whole.indexOf('-c:a');
  expect(sound.slice(sound.indexOf('-c:a')).slice(0, 8)).toEqual(whole.slice(from, from + 8));
  expect(sound.join(' ')).not.toMatch(/filter_complex|-c:v|libx264|v:0/);
});

test('the sound of a 5.1 film, in both groups and at one loudness, is the one that was read and approved', async () => {
  const preset = await loadPreset('default', { cwd: '/' });
  const surround = { channels: 6, channelLayout: '5.1(side)' };
  const audio = [
    audioOf({ index: 1, language: 'vi', ...surround }),
    audioOf({ index: 2, language: 'en', ...surround, loudness: { audio: -23, surround: -21.5 } }),
    audioOf({ index: 3, language: 'en', channels: 1, channelLayout: 'mono', isDefault: false }),
    audioOf({ index: 4, language: 'fr', mayChange: true }),
  ];
  const plan = makePlan({
    slug: 'film',
    source: sourceOf({}, { audio }),
    preset: { ...preset, audio: { ...preset.audio, surround: true } },
    toolchain: toolchainOf(),
    encodeArgs,
  });
  const sound = audioArgs(plan.audio, {}).flat();
  await expect(lines(sound)).toMatchFileSnapshot('../../../golden/argv/sound-5.1.txt');
});
