import { describe, expect, test } from 'vitest';
import defaultPreset from '../../../presets/default.json' with { type: 'json' };
import { encodeArgs } from '../../../src/ffmpeg/encode/encode-args.ts';
import type { Measured, SampledRates } from '../../../src/model/measured.ts';
import { Preset } from '../../../src/model/preset.ts';
import { makePlan } from '../../../src/plan/make-plan.ts';
import { sourceOf } from '../../helpers/source-of.ts';
import { toolchainOf } from '../../helpers/toolchain-of.ts';

const PRESET = Preset.parse({ ...defaultPreset, perTitle: true });
const MAC = toolchainOf({ videotoolbox: [] });

const sampled = (...kbps: readonly number[]): SampledRates => ({
  encoder: 'libx264',
  samples: 12,
  seconds: 48,
  correction: 1,
  rungs: ['360p', '720p', '1080p'].map((name, index) => ({ name, kbps: kbps[index] ?? 0 })),
});

const plan = (measured?: Measured, { preset = PRESET, toolchain = MAC } = {}) =>
  makePlan({
    slug: 'film',
    source: sourceOf(),
    preset,
    toolchain,
    encodeArgs,
    ...(measured === undefined ? {} : { measured }),
  });

const averages = (measured: Measured) => plan(measured).video.map((rung) => rung.averageKbps);

describe('--per-title', () => {
  test('each rung aims at a quarter more than its samples took', () => {
    expect(averages({ sampled: sampled(400, 1000, 2000) })).toEqual([500, 1250, 2500]);
  });

  test('a hard film gets what the preset gives every film, and no more', () => {
    expect(averages({ sampled: sampled(4000, 9000, 20_000) })).toEqual([800, 3200, 6000]);
  });

  test('a film of nothing keeps a floor, and rungs stay a step apart', () => {
    expect(averages({ sampled: sampled(1, 1, 1) })).toEqual([250, 680, 1220]);
    expect(averages({ sampled: sampled(600, 600, 600) })).toEqual([750, 980, 1270]);
  });

  test('the rates are in the command, and so in the revision; the recipe does not know them', () => {
    const [easy, hard] = [
      plan({ sampled: sampled(300, 800, 1500) }),
      plan({ sampled: sampled(600, 2000, 4000) }),
    ];
    expect(easy.ffmpegArgs.join(' ')).toContain('-b:v:0 380k -b:v:1 1000k -b:v:2 1880k');
    expect(easy.revision).not.toBe(hard.revision);
    expect(easy.recipe).toBe(hard.recipe);
    expect(easy.recipe).not.toBe(plan(undefined, { preset: Preset.parse(defaultPreset) }).recipe);
    expect(easy.estimate.bytes).toBeLessThan(hard.estimate.bytes);
    expect(easy.perTitle).toEqual(sampled(300, 800, 1500));
  });

  test('libx264 needs none, and a line says so', () => {
    const made = plan(undefined, { toolchain: toolchainOf() });
    expect(made.warnings.join()).toContain('--per-title changes nothing here: libx264 works at');
  });

  test('where it could not be measured the preset counts, and a line says why', () => {
    const made = plan({ sampled: { objection: 'there was no libx264' } });
    expect(made.video.map((rung) => rung.averageKbps)).toEqual([800, 3200, 6000]);
    expect(made.warnings).toContain(
      "The bit rates are the preset's own, not made for the film: there was no libx264.",
    );
  });
});

describe('a top rung that brings nothing', () => {
  test.each([
    ['an enlarged film', { psnrDb: 55.9, ssim: 0.999 }, true],
    ['a film with detail', { psnrDb: 36.8, ssim: 0.975 }, false],
    ['a dark film', { psnrDb: 49, ssim: 0.98 }, false],
    ['credits', { psnrDb: 32.2, ssim: 0.995 }, false],
  ])('%s', (_, detail, isTold) => {
    const { warnings, video } = plan({ detail });
    expect(video).toHaveLength(3);
    expect(warnings.some((line) => line.startsWith('1080p brings nothing over 720p'))).toBe(isTold);
  });
});
