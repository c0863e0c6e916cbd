import { expect, test } from 'vitest';
import { presetWith } from '../../../src/commands/preset-with.ts';
import { loadPreset } from '../../../src/config/load-preset.ts';
import { recipeOf } from '../../../src/plan/revision.ts';

const preset = await loadPreset('default', { cwd: '/' });
const recipe = (flags: Parameters<typeof presetWith>[1]) =>
  recipeOf({ fingerprint: 'q1:0', preset: presetWith(preset, flags) });

test('without a flag the preset is what it was, and so is the recipe of every film', () => {
  expect(presetWith(preset, {})).toEqual(preset);
  expect(recipe({})).toBe(recipeOf({ fingerprint: 'q1:0', preset }));
});

test('each flag makes another film of it', () => {
  const recipes = [{}, { surround: true }, { normalize: true }, { audioLang: 'vi' }].map(recipe);
  expect(new Set(recipes).size).toBe(4);
});

test('a language is the same one however it is said, by a flag or by the preset', () => {
  expect(
    ['vi', 'vie', 'VI', 'Vietnamese'].map(
      (audioLang) => presetWith(preset, { audioLang }).audio.language,
    ),
  ).toEqual(['vi', 'vi', 'vi', 'vi']);
  const own = { ...preset, audio: { ...preset.audio, language: 'por-BR' } };
  expect(presetWith(own, {}).audio.language).toBe('pt-BR');
  expect(presetWith(own, { audioLang: 'en' }).audio.language).toBe('en');
});

test.each(['', 'und', 'klingonese', 'en,fr', '\u001b[31m'])('%j is refused', (audioLang) => {
  expect(() => presetWith(preset, { audioLang })).toThrow(
    expect.objectContaining({ exit: 'usage' }),
  );
});
