import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanText } from '../../../src/lib/clean-text.ts';

const clean = (text: string, maxLength = 500) => cleanText(text, { maxLength });

describe('texts from outside are made harmless', () => {
  test.each([
    ['leaves an ordinary title alone', 'Đất Rừng Phương Nam (2023)', 'Đất Rừng Phương Nam (2023)'],
    ['composes NFD', 'Phim Việt'.normalize('NFD'), 'Phim Việt'],
    ['drops terminal colours', '\u001b[31mred\u001b[0m', 'red'],
    ['drops a link sequence', '\u001b]8;;http://x.test\u0007link\u001b]8;;\u0007', 'link'],
    ['breaks a sequence that has no end', '\u001b[', '['],
    ['C1 control (CSI in one byte) loses its power', 'a\u009b31mb', 'ab'],
    ['turns newlines and tabs into one space', ' a\r\n\t b\u2028c ', 'a b c'],
    ['drops NUL and bell', 'a\u0000b\u0007c', 'a b c'],
    ['drops what turns the direction', 'exe\u202Egpj.mp4\u2066x\u2069\u200F\u061C', 'exegpj.mp4x'],
    ['drops zero-width spaces and the byte order mark', '\uFEFFa\u200Bb\u2060c\u00AD', 'abc'],
    ['drops text hidden in tag characters', 'a\u{E0068}\u{E0069}b', 'ab'],
    ['drops lone surrogates', 'a\uD800b\uDC00c', 'abc'],
    ['drops noncharacters', 'a\uFFFEb\u{1FFFF}', 'ab'],
    ['keeps an emoji family', '👨‍👩‍👧 film', '👨‍👩‍👧 film'],
    ['keeps the heart red', '❤️', '❤️'],
    ['keeps the Persian joiner', 'می‌خواهم', 'می‌خواهم'],
    ['drops joiners that join nothing', '\u200Da\u200D\u200D\u200Cb \u200D c\u200C', 'a\u200Db c'],
    ['cuts towers of marks', `Z${'\u0335'.repeat(40)}x`, `Z${'\u0335'.repeat(8)}x`],
    ['may leave nothing', '\u0000\u200B\u202E', ''],
  ])('%s', (_, text, expected) => {
    expect(clean(text)).toBe(expected);
  });

  test('is cut at a code point, never inside a pair', () => {
    expect(clean('ab🦄', 3)).toBe('ab');
    expect(clean('ab🦄', 4)).toBe('ab🦄');
    expect(clean('ab cd', 3)).toBe('ab');
    expect(clean('a'.repeat(5_000_000), 10)).toBe('a'.repeat(10));
  });

  test('whatever comes in, nothing dangerous comes out, and cleaning again changes nothing', () => {
    const wild = fc.string({ unit: 'binary', maxLength: 60 });
    const nasty = fc.array(
      fc.oneof(
        fc.constantFrom(
          '\u200D',
          '\u200C',
          ' ',
          '\u001b[',
          '\u0301',
          '\u202E',
          '\uD83D',
          '🦄',
          'e',
        ),
        wild,
      ),
    );
    fc.assert(
      fc.property(nasty, fc.integer({ min: 1, max: 40 }), (parts, maxLength) => {
        const once = clean(parts.join(''), maxLength);
        expect(once.length).toBeLessThanOrEqual(maxLength);
        expect(once).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Surrogate}]|\s\s|^\s|\s$/u);
        expect(once).toBe(once.normalize('NFC'));
        expect(clean(once, maxLength)).toBe(once);
      }),
      { numRuns: 2_000 },
    );
  });
});
