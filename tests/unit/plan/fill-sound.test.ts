import { expect, test } from 'vitest';
import { loadPreset } from '../../../src/config/load-preset.ts';
import { audioArgs } from '../../../src/ffmpeg/encode/audio-args.ts';
import { audioRenditions } from '../../../src/plan/audio-renditions.ts';
import { fillSound } from '../../../src/plan/fill-sound.ts';
import { audioOf } from '../../helpers/source-of.ts';

const preset = await loadPreset('default', { cwd: '/' });
const filled = (endMs: number | undefined) => {
  const tracks = [audioOf(endMs === undefined ? {} : { endMs })];
  return fillSound(audioRenditions(tracks, preset), 60_000);
};

test('sound that ends before the picture goes on as silence, by as much as is missing', () => {
  expect(filled(50_000)).toMatchObject([{ endMs: 50_000, fillMs: 10_000 }]);
  expect(audioArgs(filled(50_000), {}).flat().join(' ')).toMatch(/,apad=pad_dur=10000ms(?: |$)/);
});

test.each([undefined, 59_500, 60_000, 75_000])(
  'sound that ends at %s is left as it is',
  (endMs) => {
    expect(filled(endMs)[0]).not.toHaveProperty('fillMs');
    expect(audioArgs(filled(endMs), {}).flat().join(' ')).not.toContain('apad');
  },
);
