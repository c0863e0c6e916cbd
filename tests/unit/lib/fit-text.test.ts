import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { fitText, padText } from '../../../src/lib/fit-text.ts';

describe('fitText', () => {
  test('leaves what fits as it is', () => {
    expect(fitText('film.mp4', 8)).toBe('film.mp4');
  });

  test('keeps both ends of a long name', () => {
    expect(fitText('The Long Name of a Show S01E07.mkv', 16)).toBe('The Long…E07.mkv');
  });

  test('counts cells: Japanese letters take two each', () => {
    expect(fitText('千と千尋の神隠し.mkv', 12)).toBe('千と千….mkv');
  });

  test('never tears an accent (NFD) or an emoji from its letter', () => {
    expect(fitText('Đất Rừng Phương Nam'.normalize('NFD'), 9).normalize('NFC')).toBe('Đất … Nam');
    expect(fitText('👩‍👩‍👧‍👦🇻🇳film', 5)).toBe('👩‍👩‍👧‍👦…lm');
  });

  test('never gives more cells than there are, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, columns) => {
        expect(stringWidth(fitText(text, columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

test('padText fills up to the cells, by width and not by length', () => {
  expect(padText('日本', 6)).toBe('日本  ');
  expect(padText('too long', 3)).toBe('too long');
});
