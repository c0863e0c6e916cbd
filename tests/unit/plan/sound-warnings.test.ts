import { expect, test } from 'vitest';
import { loadPreset } from '../../../src/config/load-preset.ts';
import { soundWarnings } from '../../../src/plan/sound-warnings.ts';
import { audioOf, sourceOf } from '../../helpers/source-of.ts';

const { audio: sound } = await loadPreset('default', { cwd: '/' });
const warn = (audio: readonly ReturnType<typeof audioOf>[], language?: string) =>
  soundWarnings(sourceOf({}, { audio }), {
    audio: { ...sound, ...(language === undefined ? {} : { language }) },
  });

test('a film without sound is told, as it may be a mistake', () => {
  expect(warn([])).toEqual(['The film has no sound.']);
});

test('a language that was asked for and is not there is told; a commentary in it does not count', () => {
  const tracks = [audioOf({ language: 'en' }), audioOf({ language: 'vi', role: 'commentary' })];
  expect(warn(tracks, 'vi')).toEqual([
    'It has no sound in vi: what the film itself marks is the default.',
  ]);
  expect(warn(tracks, 'en')).toEqual([]);
});

test('tracks that are left out for their number are named', () => {
  const tracks = Array.from({ length: 17 }, (_, index) =>
    audioOf({ index, language: 'en', title: `a\u001b[31m${index}` }),
  );
  expect(warn(tracks)).toEqual([
    expect.stringMatching(
      /^1 of 17 sound tracks are left out: track 16 \(en, aac, a\P{Cc}*16\)\.$/u,
    ),
  ]);
});

test('sound that ends long before the picture is told', () => {
  const track = { index: 1, language: 'en', codec: 'aac' };
  const { durationMs } = sourceOf();
  expect(warn([audioOf({ ...track, endMs: durationMs - 90_000 })])).toEqual([
    'Sound track 1 (en, aac) ends 1m 30s before the picture: the rest is silent.',
  ]);
  expect(warn([audioOf({ ...track, endMs: durationMs - 500 })])).toEqual([]);
});
