import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadPreset } from '../../../src/config/load-preset.ts';
import { audioRenditions, tracksLeftOut } from '../../../src/plan/audio-renditions.ts';
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
  const renditions = plan({ role: 'commentary' }, { isDefault: false });
  expect(renditions.map((rendition) => rendition.isDefault)).toEqual([false, true]);
});

test('tracks of one language are kept apart by their titles, and else by a number', () => {
  const renditions = plan(
    { language: 'en' },
    { language: 'en' },
    { language: 'en', title: 'Theatrical' },
    { language: 'en', title: 'English (restored)' },
    { language: 'vi', title: 'DTS-HD MA 5.1' },
  );
  expect(renditions.map(({ name }) => name)).toEqual([
    'audio-en',
    'audio-en-2',
    'audio-en-3',
    'audio-en-4',
    'audio-vi',
  ]);
  expect(renditions.map(({ label }) => label)).toEqual([
    'English',
    'English 2',
    'English (Theatrical)',
    'English (restored)',
    'Tiếng Việt',
  ]);
});

test('what a track is for stands in its name', () => {
  const renditions = plan(
    { language: 'en' },
    { language: 'en', role: 'commentary', title: 'Director' },
    { language: 'en', role: 'description' },
    { language: 'en', role: 'clear-speech' },
    { role: 'commentary' },
  );
  expect(renditions.map(({ label }) => label)).toEqual([
    'English',
    'English (Director)',
    'English (audio description)',
    'English (clear speech)',
    'commentary',
  ]);
});

test('whatever tracks are called, each has a name and a folder of its own', () => {
  const track = fc.record({
    language: fc.constantFrom('en', 'vi', 'und', 'pt-BR'),
    title: fc.constantFrom('English', 'English 2', 'Audio', 'a', 'audio-en'),
    role: fc.constantFrom('main' as const, 'commentary' as const, 'description' as const),
    isDefault: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(track, { minLength: 1, maxLength: 20 }), (tracks) => {
      const renditions = plan(...tracks.map((one, index) => ({ ...one, index })));
      expect(new Set(renditions.map(({ label }) => label)).size).toBe(renditions.length);
      expect(new Set(renditions.map(({ name }) => name)).size).toBe(renditions.length);
      const defaults = renditions.filter(({ isDefault }) => isDefault);
      expect(defaults).toHaveLength(1);
      if (tracks.some(({ role }) => role === 'main')) expect(defaults[0]?.role).toBe('main');
    }),
  );
});

describe('the language that was asked for', () => {
  const defaultWith = (language: string, ...tracks: Parameters<typeof audioOf>[0][]) =>
    audioRenditions(
      tracks.map((track, index) => audioOf({ index, isDefault: index === 0, ...track })),
      { ...preset, audio: { ...preset.audio, language } },
    ).findIndex(({ isDefault }) => isDefault);

  test('is the default, wherever it stands, before what the file marks', () => {
    expect(defaultWith('vi', { language: 'en' }, { language: 'vi' })).toBe(1);
  });

  test('finds the language of another region when its own is not there', () => {
    const tracks = [{ language: 'en' }, { language: 'pt-PT' }, { language: 'pt-BR' }];
    expect(defaultWith('pt-BR', ...tracks)).toBe(2);
    expect(defaultWith('pt', ...tracks)).toBe(1);
  });

  test('never makes a commentary the default', () => {
    expect(defaultWith('vi', { language: 'en' }, { language: 'vi', role: 'commentary' })).toBe(0);
  });

  test('takes the marked one of several', () => {
    const tracks = [{ language: 'en' }, { language: 'vi' }, { language: 'vi', isDefault: true }];
    expect(defaultWith('vi', ...tracks)).toBe(2);
  });
});

describe('with surround', () => {
  const surround = (...tracks: Parameters<typeof audioOf>[0][]) =>
    audioRenditions(tracks.map(audioOf), { ...preset, audio: { ...preset.audio, surround: true } });

  test('tracks that have it get a second playlist, behind all of stereo', () => {
    const renditions = surround(
      { index: 1, language: 'vi', channels: 6, channelLayout: '5.1(side)' },
      { index: 2, language: 'en', channels: 2 },
    );
    expect(renditions).toMatchObject([
      { name: 'audio-vi', group: 'audio', channels: 2, mix: { layout: 'stereo' }, isDefault: true },
      { name: 'audio-en', group: 'audio', channels: 2, kbps: 128 },
      { name: 'audio-vi-surround', group: 'surround', channels: 6, kbps: 320, sourceIndex: 1 },
    ]);
    expect(renditions[2]?.label).toBe(renditions[0]?.label);
  });

  test('a film in stereo has stereo only', () => {
    expect(surround({ channels: 2 }).map(({ group }) => group)).toEqual(['audio']);
  });
});

test('the default track is never left out for its number', () => {
  const tracks = Array.from({ length: 20 }, (_, index) =>
    audioOf({ index, language: index === 19 ? 'vi' : 'en', isDefault: index === 19 }),
  );
  const renditions = audioRenditions(tracks, preset);
  expect(renditions).toHaveLength(16);
  expect(renditions.at(-1)).toMatchObject({ language: 'vi', isDefault: true });
  expect(tracksLeftOut(tracks, undefined)).toHaveLength(4);
});

test('a film without sound has none', () => {
  expect(plan()).toEqual([]);
});

test('a file with hundreds of tracks has a ladder of sixteen', () => {
  expect(plan(...Array.from({ length: 300 }, () => ({})))).toHaveLength(16);
});
