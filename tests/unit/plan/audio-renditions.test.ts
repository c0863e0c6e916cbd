import { expect, test } from 'vitest';
import { loadPreset } from '../../../src/config/load-preset.ts';
import { audioRenditions } from '../../../src/plan/audio-renditions.ts';
import { audioOf } from '../../helpers/source-of.ts';

const preset = await loadPreset('default', { cwd: '/' });
const plan = (...tracks: Parameters<typeof audioOf>[0][]) =>
  audioRenditions(tracks.map(audioOf), preset);

test('each language has a playlist named in its own language', () => {
  expect(plan({ language: 'vi' }, { language: 'en', isDefault: false })).toMatchObject([
    { name: 'audio-vi', label: 'Tiếng Việt', isDefault: true },
    { name: 'audio-en', label: 'English', isDefault: false },
  ]);
});

test('the track that the file marks is the default, wherever it stands', () => {
  const renditions = plan({ isDefault: false }, { isDefault: true }, { isDefault: true });
  expect(renditions.map((rendition) => rendition.isDefault)).toEqual([false, true, false]);
});

test('a commentary is never the default while there is another', () => {
  const renditions = plan({ isCommentary: true }, { isDefault: false });
  expect(renditions.map((rendition) => rendition.isDefault)).toEqual([false, true]);
});

test('two tracks of one language keep names of their own', () => {
  const renditions = plan(
    { language: 'en' },
    { language: 'en' },
    { language: 'en', title: 'Director' },
  );
  expect(renditions.map(({ name }) => name)).toEqual(['audio-en', 'audio-en-2', 'audio-en-3']);
  expect(renditions.map(({ label }) => label)).toEqual([
    'English',
    'English-2',
    'English (Director)',
  ]);
});

test('a film without sound has none', () => {
  expect(plan()).toEqual([]);
});

test('a file with hundreds of tracks has a ladder of sixteen', () => {
  expect(plan(...Array.from({ length: 300 }, () => ({})))).toHaveLength(16);
});
