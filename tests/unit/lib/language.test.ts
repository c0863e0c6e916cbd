import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameLanguage, toLanguageTag } from '../../../src/lib/language.ts';

describe('what a file says of a language', () => {
  // ISO 639-2 has two codes for these twenty (bibliographic, terminological) beside that of 639-1.
  test.each(
    'alb sqi sq|arm hye hy|baq eus eu|bur mya my|chi zho zh|cze ces cs|dut nld nl|fre fra fr|geo kat ka|ger deu de|gre ell el|ice isl is|mac mkd mk|mao mri mi|may msa ms|per fas fa|rum ron ro|slo slk sk|tib bod bo|wel cym cy'
      .split('|')
      .map((row) => row.split(' ')),
  )('%s and %s are %s', (bibliographic, terminological, tag) => {
    expect([bibliographic, terminological, tag].map(toLanguageTag)).toEqual([tag, tag, tag]);
  });

  test.each([
    ['vie', 'vi'],
    ['eng', 'en'],
    ['en_US', 'en-US'],
    ['por-BR', 'pt-BR'],
    ['pt-br', 'pt-BR'],
    ['zh-Hant-TW', 'zh-Hant-TW'],
    ['es-419', 'es-419'],
    ['yue', 'yue'],
    ['que', 'qu'],
    ['iw', 'he'],
    ['Vietnamese', 'vi'],
    ['tiếng việt', 'vi'],
    ['english', 'en'],
    ['Deutsch', 'de'],
  ])('%s is %s', (said, tag) => expect(toLanguageTag(said)).toBe(tag));

  test.each([
    undefined,
    '',
    'und',
    'mis',
    'mul',
    'zxx',
    'qaa',
    'klingonese',
    'xx',
    'xx-VN',
    'en/fr',
    'e',
    '"',
    'x-a',
    '\u001b[31m',
  ])('%j says nothing', (said) => expect(toLanguageTag(said)).toBe('und'));

  test('whatever it is, a tag can stand in a playlist and a folder name, and is itself its tag', () => {
    fc.assert(
      fc.property(fc.string(), (said) => {
        const tag = toLanguageTag(said);
        expect(tag).toMatch(/^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$/);
        expect(toLanguageTag(tag)).toBe(tag);
      }),
    );
  });
});

test.each([
  ['vi', 'Tiếng Việt'],
  ['en', 'English'],
  ['fr', 'Français'],
  ['pt-BR', 'Português (Brasil)'],
  ['ja', '日本語'],
  // Intl does not speak it: English, whatever the language of the machine.
  ['nan', 'Min Nan Chinese'],
])('%s calls itself %s', (tag, name) => expect(nameLanguage(tag)).toBe(name));

test('what is not known has no name', () => {
  expect(nameLanguage('und')).toBeUndefined();
  expect(nameLanguage('xxx')).toBeUndefined();
});
