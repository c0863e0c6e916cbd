import { expect, test } from 'vitest';
import { loadPreset } from '../../../src/config/load-preset.ts';
import { encodeArgs } from '../../../src/ffmpeg/encode/encode-args.ts';
import type { Source } from '../../../src/model/source.ts';
import { makePlan } from '../../../src/plan/make-plan.ts';
import { isRevision } from '../../../src/plan/revision.ts';
import { sourceOf } from '../../helpers/source-of.ts';
import { toolchainOf } from '../../helpers/toolchain-of.ts';

const planOf = async (
  source: Source = sourceOf(),
  { preset = 'default', toolchain = toolchainOf() } = {},
) =>
  makePlan({
    slug: 'film',
    source,
    preset: await loadPreset(preset, { cwd: '/' }),
    toolchain,
    encodeArgs,
  });

test('the same film, settings and machine give the same revision', async () => {
  expect(await planOf()).toEqual(await planOf());
  expect(isRevision((await planOf()).revision)).toBe(true);
});

test('the path and the name of a file change nothing', async () => {
  const [one, other] = [await planOf(), await planOf(sourceOf({}, { path: '/elsewhere/b.mp4' }))];
  expect([other.recipe, other.revision]).toEqual([one.recipe, one.revision]);
});

test('other content and another preset change the recipe', async () => {
  const one = await planOf();
  expect((await planOf(sourceOf({}, { fingerprint: 'q1:1' }))).recipe).not.toBe(one.recipe);
  expect((await planOf(sourceOf(), { preset: 'fast' })).recipe).not.toBe(one.recipe);
});

test('another encoder or ffmpeg changes the revision, but not the recipe: a shelf stays done', async () => {
  const one = await planOf();
  const onMac = await planOf(sourceOf(), { toolchain: toolchainOf({ videotoolbox: [] }) });
  const newer = await planOf(sourceOf(), {
    toolchain: { ...toolchainOf(), ffmpegVersion: '8.1.2' },
  });
  for (const other of [onMac, newer]) {
    expect(other.recipe).toBe(one.recipe);
    expect(other.revision).not.toBe(one.revision);
  }
});
