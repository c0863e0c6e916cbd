import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPreset } from '../../../src/config/load-preset.ts';
import { IngestError } from '../../../src/errors.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const DEFAULT = readFileSync(join(ROOT, 'presets/default.json'), 'utf8');

describe('the presets of the package have the measured figures of quality.md §0–§1', () => {
  it.each([
    ['default', 'faster', 22, [900, 3_500, 6_500], [800, 3_200, 6_000]],
    ['fast', 'veryfast', 21, [900, 3_500, 6_500], [800, 3_200, 6_000]],
    ['quality', 'medium', 21, [1_000, 4_200, 7_800], [930, 3_900, 7_200]],
  ] as const)('%s: %s at CRF %i', async (name, x264Preset, crf, caps, averages) => {
    const preset = await loadPreset(name, { cwd: '/' });
    expect(preset).toMatchObject({ name, x264Preset, segmentSeconds: 6, keyFrameSeconds: 2 });
    expect(preset.rungs).toEqual(
      [
        ['360p', 640, 360],
        ['720p', 1280, 720],
        ['1080p', 1920, 1080],
      ].map(([rung, width, height], index) => ({
        name: rung,
        width,
        height,
        crf,
        maxKbps: caps[index],
        bufferKbits: (caps[index] ?? 0) * 2,
        averageKbps: averages[index],
      })),
    );
    expect(preset.audio).toEqual({ kbps: 128, channels: 2, sampleRateHz: 48_000 });
    expect(preset.description.length).toBeGreaterThan(20);
    expect(preset).toMatchObject({ codec: 'h264', container: 'mpegts' });
  });

  const rungsOf = async (name: string) => (await loadPreset(name, { cwd: '/' })).rungs;

  it('fmp4 is default in another container', async () => {
    const { name: _, description: __, ...rest } = await loadPreset('default', { cwd: '/' });
    const fmp4 = await loadPreset('fmp4', { cwd: '/' });
    expect(fmp4).toMatchObject({ ...rest, container: 'fmp4' });
  });

  it('cellular is default with two rungs more', async () => {
    const rungs = await rungsOf('cellular');
    expect(rungs.map(({ name }) => name)).toEqual(['234p', '360p', '540p', '720p', '1080p']);
    expect(rungs.filter(({ name }) => !/234|540/.test(name))).toEqual(await rungsOf('default'));
    expect(rungs[0]).toMatchObject({ width: 416, height: 234, crf: 24, maxKbps: 200 });
    expect(rungs[2]).toMatchObject({ width: 960, height: 540, crf: 22, maxKbps: 1_800 });
  });

  it('hevc has three quarters of the bits of default, in fMP4', async () => {
    const preset = await loadPreset('hevc', { cwd: '/' });
    expect(preset).toMatchObject({ codec: 'hevc', container: 'fmp4', x264Preset: 'fast' });
    const less = (await rungsOf('default')).map(({ maxKbps }) => maxKbps * 0.75);
    expect(preset.rungs.map(({ maxKbps }) => maxKbps)).toEqual(less);
    expect(preset.rungs.every(({ crf }) => crf === 23)).toBe(true);
  });
});

describe('loadPreset', () => {
  it('reads a file of the user’s, relative to the current folder or absolute', async () => {
    const cwd = makeTempDir('preset');
    writeFileSync(join(cwd, 'mine.json'), DEFAULT.replace('"default"', '"mine"'));
    for (const path of ['mine.json', './mine.json', join(cwd, 'mine.json')]) {
      expect((await loadPreset(path, { cwd })).name).toBe('mine');
    }
  });

  it.each([
    ['qualty', 'Did you mean quality?'],
    ['Default', 'Did you mean default?'],
    ['4k', 'A preset of your own is given as a path'],
    ['', 'A preset of your own'],
    ['..', 'A preset of your own'],
  ])('there is no preset %j: tells which there are', async (name, fix) => {
    const error = await mistakeOf(name);
    expect(error.exit).toBe('usage');
    expect(error.fix).toContain(fix);
    for (const known of ['default: ', 'fast: ', 'quality: ']) expect(error.why).toContain(known);
    expect(error.why).toContain('CRF 22');
  });

  it('a file that is not there is named as it was typed', async () => {
    const error = await mistakeOf('./nowhere.json');
    expect(error).toMatchObject({
      exit: 'usage',
      message: 'The preset ./nowhere.json cannot be read',
      why: 'There is no such file',
    });
  });

  const change = (from: string | RegExp, to: string) => DEFAULT.replace(from, to);
  it.each([
    [
      'an unknown key',
      change('"crf"', '"crff"'),
      [
        /line 13: rungs\[0\]\.crff is not known\. Did you mean "crf"/,
        /line 9: rungs\[0\]\.crf is not right/,
      ],
    ],
    [
      'a text for a number',
      change('900', '"900"'),
      [/p\.json line 14: rungs\[0\]\.maxKbps is not right/],
    ],
    ['a rate beyond reason', change('900', '900000000'), [/line 14: rungs\[0\]\.maxKbps/]],
    [
      'an unknown x264 preset',
      change('"faster"', '"fastest"'),
      [/line 7: x264Preset is not right/],
    ],
    ['no rungs', change(/"rungs": \[[\s\S]*?\],/, '"rungs": [],'), [/line 8: rungs is not right/]],
    [
      'rungs from large to small',
      change('640', '2560'),
      [/line 18: rungs\[1\] is not larger than the one before/],
    ],
    [
      'two rungs of one name',
      change('"720p"', '"360p"'),
      [/line 18: rungs\[1\] has the name of another rung/],
    ],
    [
      'an average above the cap',
      change('"averageKbps": 800', '"averageKbps": 1000'),
      [/line 9: rungs\[0\] averages more than its cap/],
    ],
    ['an odd size', change('360,', '361,'), [/line 9: rungs\[0\] has an odd size/]],
    [
      'a missing comma',
      change('"name": "default",', '"name": "default"'),
      [/p\.json line 4: a comma is missing/],
    ],
    [
      'a segment length that resuming is not built for',
      change('"segmentSeconds": 6', '"segmentSeconds": 4'),
      [/line 5: segmentSeconds/],
    ],
  ])('%s: names file, line and key', async (_, text, expected) => {
    const cwd = makeTempDir('preset');
    writeFileSync(join(cwd, 'p.json'), text);
    const error = await mistakeOf('p.json', cwd);
    expect(error.exit).toBe('usage');
    const said = [error.message, error.why, error.fix].join('. ');
    for (const pattern of expected) expect(said).toMatch(pattern);
  });

  it('tells all mistakes of a file at once', async () => {
    const cwd = makeTempDir('preset');
    writeFileSync(
      join(cwd, 'p.json'),
      change('900', '1').replace('"faster"', '"x"').replace('128', '1'),
    );
    expect((await mistakeOf('p.json', cwd)).message).toBe('3 mistakes in the configuration');
  });
});

async function mistakeOf(name: string, cwd = '/'): Promise<IngestError> {
  try {
    await loadPreset(name, { cwd });
  } catch (error) {
    if (error instanceof IngestError) return error;
    throw error;
  }
  throw new Error('loading did not fail');
}
