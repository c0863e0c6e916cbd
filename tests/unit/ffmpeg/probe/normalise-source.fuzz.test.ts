import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadPreset } from '../../../../src/config/load-preset.ts';
import { IngestError } from '../../../../src/errors.ts';
import { encodeArgs } from '../../../../src/ffmpeg/encode/encode-args.ts';
import { demandLimits } from '../../../../src/ffmpeg/probe/demand-limits.ts';
import { ProbedFile } from '../../../../src/ffmpeg/probe/ffprobe-output.ts';
import { normaliseSource } from '../../../../src/ffmpeg/probe/normalise-source.ts';
import type { Source } from '../../../../src/model/source.ts';
import { makePlan } from '../../../../src/plan/make-plan.ts';
import { hostileText, isHarmless, RUNS } from '../../../helpers/hostile-text.ts';
import { toolchainOf } from '../../../helpers/toolchain-of.ts';

const preset = await loadPreset('default', { cwd: '/' });

/** Numbers as ffprobe writes them, and as broken files make it write them. */
const number = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('0', '1', '24', '25.5', '1920', '1080', '48000', '2') },
  { weight: 2, arbitrary: fc.double({ min: 0, max: 1e6, noNaN: true }).map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...['N/A', '-1', '1e309', '-9223372036854775808', '9223372036854775807', '4294967295'],
      ...['NaN', '', '0x10', '1e-300'],
    ),
  },
  { weight: 1, arbitrary: fc.oneof(fc.double(), fc.integer()) },
);
const rate = fc.oneof(
  fc.constantFrom('24/1', '24000/1001', '25/1', '90000/1', '0/0', '1/0', '1/90000', '1000/1', ''),
  fc.tuple(fc.integer(), fc.integer()).map((it) => it.join('/')),
);
const tags = fc.dictionary(
  fc.oneof(
    fc.constantFrom('title', 'language', 'DURATION', 'rotate', 'BPS', '__proto__'),
    hostileText,
  ),
  fc.oneof(
    hostileText,
    fc.constantFrom('00:00:10.5', '99:99:99', 'vie', 'eng', '90'),
    fc.integer(),
  ),
  { maxKeys: 4 },
);
const orNothing = <Value>(value: fc.Arbitrary<Value>) =>
  fc.option(value, { nil: undefined, freq: 4 });

const stream = fc.record({
  index: fc.nat(100),
  codec_type: fc.constantFrom('video', 'video', 'audio', 'audio', 'subtitle', 'data', 'attachment'),
  codec_name: orNothing(fc.constantFrom('h264', 'hevc', 'aac', 'ac3', 'subrip', 'none', 'mjpeg')),
  width: orNothing(number),
  height: orNothing(number),
  sample_aspect_ratio: orNothing(fc.constantFrom('1:1', '16:15', '0:1', '1:0', '1:99999999', 'x')),
  pix_fmt: orNothing(fc.constantFrom('yuv420p', 'yuv420p10le', 'gbrp12le', 'pal8', 'none')),
  field_order: orNothing(fc.constantFrom('progressive', 'tt', 'bb', 'unknown')),
  color_transfer: orNothing(fc.constantFrom('bt709', 'smpte2084', 'arib-std-b67', 'reserved')),
  color_space: orNothing(fc.constantFrom('bt709', 'bt2020nc', 'gbr', 'unknown')),
  color_range: orNothing(fc.constantFrom('tv', 'pc')),
  r_frame_rate: orNothing(rate),
  avg_frame_rate: orNothing(rate),
  start_time: orNothing(number),
  duration: orNothing(number),
  bit_rate: orNothing(number),
  nb_frames: orNothing(number),
  channels: orNothing(number),
  channel_layout: orNothing(
    fc.constantFrom('stereo', '5.1(side)', 'mono', '22.2', '3 channels', ''),
  ),
  sample_rate: orNothing(number),
  disposition: orNothing(
    fc.dictionary(fc.constantFrom('default', 'comment', 'attached_pic'), fc.constantFrom(0, 1)),
  ),
  tags: orNothing(tags),
  side_data_list: orNothing(
    fc.array(
      fc.record({
        side_data_type: fc.constantFrom('Display Matrix', 'DOVI configuration record'),
        rotation: orNothing(number),
        dv_profile: orNothing(number),
        crop_top: orNothing(number),
        crop_left: orNothing(number),
      }),
      { maxLength: 2 },
    ),
  ),
});

/** Mostly one that passes for a picture: what is refused at once tries nothing. */
const usually = <Value>(good: fc.Arbitrary<Value>, any: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 6, arbitrary: good as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: any });
const picture = fc
  .tuple(
    stream,
    fc.record({
      codec_type: fc.constant('video'),
      width: usually(fc.integer({ min: 16, max: 9_000 }), number),
      height: usually(fc.integer({ min: 16, max: 9_000 }), number),
      duration: usually(fc.double({ min: 0.1, max: 1e5, noNaN: true }).map(String), number),
    }),
  )
  .map(([any, good]) => ({ ...any, ...good }));

const answer = fc.record({
  streams: fc
    .tuple(picture, fc.array(stream, { maxLength: 5 }))
    .map(([one, more]) => [one, ...more]),
  format: fc.record({
    format_name: fc.constantFrom('mov,mp4,m4a,3gp,3g2,mj2', 'matroska,webm', 'mpegts', 'avi'),
    start_time: orNothing(number),
    duration: orNothing(number),
    bit_rate: orNothing(number),
    tags: orNothing(tags),
  }),
  chapters: orNothing(
    fc.array(fc.record({ start_time: number, end_time: number, tags }), { maxLength: 3 }),
  ),
});

const times = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e5, max: 1e6 }), {
  maxLength: 20,
});

/** What may be thrown for a film that cannot be; everything else is a fault of ours. */
function orRefused<Value>(make: () => Value): Value | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof IngestError && (error.exit === 'film' || error.exit === 'usage'))
      return undefined;
    throw error;
  }
}

function sourceFrom(said: unknown, firstPtsSeconds: readonly number[]): Source | undefined {
  // As it comes: through JSON, where undefined is nothing.
  const probed = ProbedFile.parse(JSON.parse(JSON.stringify(said)));
  const picture = probed.streams.find(({ codec_type }) => codec_type === 'video');
  if (picture === undefined) return undefined;
  return orRefused(() =>
    normaliseSource({
      path: '/films/film.mp4',
      bytes: 1_000_000,
      modifiedAtMs: 0,
      fingerprint: `q1:${'0'.repeat(64)}`,
      probed,
      picture,
      firstPtsSeconds,
      timeStamps: 'steady',
    }),
  );
}

function isWithinLimits(source: Source): boolean {
  return (
    orRefused(() => {
      demandLimits(source, {});
      return true;
    }) === true
  );
}

const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

test('whatever ffprobe says, a source is right in itself, or the film is refused', () => {
  let made = 0;
  fc.assert(
    fc.property(answer, times, (said, pts) => {
      const source = sourceFrom(said, pts);
      if (source === undefined) return;
      made += 1;
      expect(JSON.stringify(source)).not.toContain(':null'); // no NaN, no Infinity
      const { video, durationMs, title = '', chapters } = source;
      expect(durationMs).toBeGreaterThan(0);
      expect(Number.isInteger(durationMs)).toBe(true);
      expect(Math.min(video.width, video.height)).toBeGreaterThanOrEqual(16);
      const fps = video.frameRate.num / video.frameRate.den;
      expect(fps).toBeGreaterThan(0);
      expect(fps).toBeLessThanOrEqual(60);
      expect(title.length).toBeLessThanOrEqual(500);
      for (const { title: own = '' } of [...source.audio, ...source.subtitles, ...chapters]) {
        expect(own.length).toBeLessThanOrEqual(200);
      }
      expect(
        textsIn({ title, audio: source.audio, chapters }).filter((it) => !isHarmless(it)),
      ).toEqual([]);
    }),
    { ...RUNS, numRuns: 400 },
  );
  expect(made).toBeGreaterThan(100); // otherwise nothing was tried
});

test('and a plan made of it can be run: every number in it is one', () => {
  fc.assert(
    fc.property(answer, times, (said, pts) => {
      const source = sourceFrom(said, pts);
      if (source === undefined) return;
      if (!isWithinLimits(source)) return; // as `probe` does
      const plan = orRefused(() =>
        makePlan({
          slug: 'film',
          source,
          preset,
          toolchain: toolchainOf(),
          hdr: 'tonemap',
          encodeArgs,
        }),
      );
      if (plan === undefined) return;
      expect(plan.ffmpegArgs.filter((it) => /NaN|undefined|Infinity|\[object/.test(it))).toEqual(
        [],
      );
      for (const { width, height } of plan.video) {
        expect([width % 2, height % 2, width > 0, height > 0]).toEqual([0, 0, true, true]);
      }
      for (const { name } of [...plan.video, ...plan.audio]) expect(name).toMatch(/^[a-z0-9-]+$/);
    }),
    { ...RUNS, numRuns: 250 },
  );
});
