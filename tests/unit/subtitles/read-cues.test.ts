import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cue } from '../../../src/model/cue.ts';
import { readCues } from '../../../src/subtitles/read-cues.ts';
import { toWindows1258 } from '../../helpers/to-windows-1258.ts';

const FILM = { language: 'und', durationMs: 100_000 };

function read(text: string, options = FILM): readonly Cue[] {
  return readCues(Buffer.from(text), options)?.cues ?? [];
}

function remarksOf(text: string): readonly string[] {
  return readCues(Buffer.from(text), FILM)?.remarks ?? [];
}

function srt(...texts: readonly string[]): string {
  return texts
    .map(
      (text, index) => `${index + 1}\n00:00:0${index},500 --> 00:00:0${index + 1},250\n${text}\n`,
    )
    .join('\n');
}

describe('SubRip', () => {
  test('has its times in milliseconds, commas or points, one digit or three', () => {
    expect(
      read('1\n00:00:01,500 --> 00:00:02,75\nA\n\n2\n0:00:03.5 --> 0:00:04\nB\n'),
    ).toStrictEqual([
      { startMs: 1_500, endMs: 2_750, text: 'A', isTop: false },
      { startMs: 3_500, endMs: 4_000, text: 'B', isTop: false },
    ]);
  });

  test('may lack its numbers, have Windows line ends and gaps in its texts', () => {
    const text =
      '00:00:01,000 --> 00:00:02,000\r\nA\r\n\r\nB\r\n\r\n7\r\n00:00:03,000 --> 00:00:04,000\r\n42\r\n';
    expect(read(text).map((cue) => cue.text)).toStrictEqual(['A\nB', '42']);
  });

  test('is put in order; cues with impossible times are left out and counted', () => {
    const text =
      '1\n00:00:09,000 --> 00:00:10,000\nlate\n\n2\n00:00:05,000 --> 00:00:04,000\nback\n\n3\nxx:00 --> 1\nbroken?\n\n4\n00:00:01,000 --> 00:00:02,000\nearly\n';
    expect(read(text).map((cue) => cue.text)).toStrictEqual(['early', 'late']);
    expect(remarksOf(text)).toContain('1 cue(s) with impossible times are left out');
  });

  test('has its times as people and programs write them', () => {
    const text = '00:01,5 --> 00:02,000\nA\n\n2\n00: 00: 03, 250 --> 00:00:04:500\nB\n';
    expect(read(text)).toMatchObject([
      { startMs: 1_500, endMs: 2_000, text: 'A' },
      { startMs: 3_250, endMs: 4_500, text: 'B' },
    ]);
  });

  test('that was moved to before the film keeps what is left of it', () => {
    const text =
      '1\n-00:00:05,000 --> -00:00:03,000\ngone\n\n2\n-00:00:01,000 --> 00:00:02,000\nA\n\n3\n00:00:00,-500 --> 00:00:03,000\nB\n';
    expect(read(text)).toMatchObject([
      { startMs: 0, endMs: 2_000, text: 'A' },
      { startMs: 0, endMs: 3_000, text: 'B' },
    ]);
    expect(remarksOf(text)).toStrictEqual(['1 cue(s) with impossible times are left out']);
  });

  test('may speak of arrows, of times too', () => {
    expect(read(srt('5 --> 6\nA --> B')).map((cue) => cue.text)).toStrictEqual([
      '5 --&gt; 6\nA --&gt; B',
    ]);
  });

  test('has a line for each <br>, and nothing for a terminal', () => {
    const [cue] = read(
      srt('A<br>B<br/>C \u001b[31mred \u001b]8;;http://x\u0007link\u001b]8;;\u0007'),
    );
    expect(cue?.text).toBe('A\nB\nC red link');
  });

  test('of more than 50,000 cues is cut, with a word about it', () => {
    const text = '00:00:01,000 --> 00:00:02,000\nA\n\n'.repeat(50_001);
    expect(remarksOf(text)).toStrictEqual(['only the first 50000 cues of it']);
  });

  test('keeps bold, italics and underline, balanced, and no other tag', () => {
    const [cue] = read(
      srt('<font color="red"><i>A</b> <u>B</i></font> <script>x</script> 1 < 2 & 3 > 2'),
    );
    expect(cue?.text).toBe('<i>A <u>B</u></i><u> x 1 &lt; 2 &amp; 3 &gt; 2</u>');
  });

  test('shows at the upper edge what {\\an8} puts there', () => {
    expect(read(srt('{\\an8}Above', 'Below'))).toMatchObject([
      { text: 'Above', isTop: true },
      { text: 'Below', isTop: false },
    ]);
  });

  test('has its entities decoded once, and what would end a cue escaped', () => {
    const [cue] = read(srt('Tom &amp; J&#233;r&ocirc;m&#xe9; &amp;lt; &nix; --> &lt;b&gt;'));
    expect(cue?.text).toBe('Tom &amp; Jérômé &amp;lt; &amp;nix; --&gt; &lt;b&gt;');
  });

  test('is cut at the end of the film, which is told when there is more of it', () => {
    const text = '1\n00:01:39,000 --> 00:01:50,000\nA\n\n2\n00:02:00,000 --> 00:02:10,000\nB\n';
    expect(read(text)).toStrictEqual([
      { startMs: 99_000, endMs: 100_000, text: 'A', isTop: false },
    ]);
    expect(remarksOf(text)).toStrictEqual([
      'it goes on after the end of the film: is it of another cut?',
    ]);
  });
});

describe('ASS', () => {
  const header =
    '[Script Info]\nTitle: x\n\n[V4+ Styles]\nFormat: Name, Fontname, Alignment\nStyle: Default,Arial,2\nStyle: Sign,Arial,8\n\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n';
  const line = (text: string, style = 'Default', at = '0:00:01.00,0:00:02.50') =>
    `Dialogue: 0,${at},${style},,0,0,0,,${text}\n`;

  test('becomes plain text: no overrides, no drawings, its commas and line breaks kept', () => {
    const text = line('{\\pos(1,2)\\fs20}Chào, {\\i1}em{\\i0}\\Nnhé {\\p1}m 0 0 l 9 9{\\p0}<3');
    expect(read(header + text)).toStrictEqual([
      { startMs: 1_000, endMs: 2_500, text: 'Chào, <i>em</i>\nnhé &lt;3', isTop: false },
    ]);
  });

  test('shows a layered text once, and one that is set anew in each picture as one cue', () => {
    const moving = ['0:00:05.00,0:00:05.04', '0:00:05.04,0:00:05.08', '0:00:05.08,0:00:06.00'];
    const text = [line('A'), line('A'), ...moving.map((at) => line('{\\pos(3,4)}B', 'Sign', at))];
    expect(read(header + text.join(''))).toStrictEqual([
      { startMs: 1_000, endMs: 2_500, text: 'A', isTop: false },
      { startMs: 5_000, endMs: 6_000, text: 'B', isTop: true },
    ]);
  });

  test('leaves comments out and counts lines without times', () => {
    const text = `${header}Comment: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,no\n${line('A', 'Default', 'x,y')}${line('B')}`;
    expect(read(text).map((cue) => cue.text)).toStrictEqual(['B']);
    expect(remarksOf(text)).toStrictEqual(['1 cue(s) with impossible times are left out']);
  });
});

test('WebVTT keeps its cues, and neither styles, notes, identifiers, voices nor karaoke times', () => {
  const text =
    'WEBVTT - x\n\nSTYLE\n::cue { color: red }\n\nNOTE a --> b\n\nid 1\n01:00.000 --> 01:02.000 align:start line:0\n<v Roger>Hi <c.loud>there</c> <00:01:01.000>you &amp; me\n\n00:01:03.000 --> 00:01:04.000\nB\n';
  expect(read(text)).toStrictEqual([
    { startMs: 60_000, endMs: 62_000, text: 'Hi there you &amp; me', isTop: true },
    { startMs: 63_000, endMs: 64_000, text: 'B', isTop: false },
  ]);
});

test('WebVTT with the commas of SubRip is read, and what begins before the film from its start', () => {
  const text =
    'WEBVTT\n\n00:00:01,000-->00:00:02,000 align:start\nA\n\n-00:01.000 --> 00:01.000\nB\n';
  expect(read(text)).toMatchObject([
    { startMs: 0, endMs: 1_000, text: 'B' },
    { startMs: 1_000, endMs: 2_000, text: 'A' },
  ]);
});

test('what is none of them is undefined', () => {
  expect(readCues(Buffer.from('#EXTM3U\n'), FILM)).toBeUndefined();
  expect(readCues(Buffer.alloc(0), FILM)).toBeUndefined();
});

describe('the encoding', () => {
  const VIETNAMESE = srt(
    'Đất Rừng Phương Nam',
    'Tôi không hiểu, anh nói lại được không?',
    'Để rồi xem',
  );
  const texts = (bytes: Uint8Array, language: string) =>
    readCues(bytes, { ...FILM, language })?.cues.map((cue) => cue.text);
  const vietnamese = read(VIETNAMESE).map((cue) => cue.text);
  const utf16 = Buffer.from(VIETNAMESE, 'utf16le');

  test.each([
    ['UTF-8 with a mark', Buffer.from(`\ufeff${VIETNAMESE}`)],
    ['UTF-8, decomposed', Buffer.from(VIETNAMESE.normalize('NFD'))],
    ['UTF-16 LE with a mark', Buffer.from(`\ufeff${VIETNAMESE}`, 'utf16le')],
    ['UTF-16 BE with a mark', Buffer.from(`\ufeff${VIETNAMESE}`, 'utf16le').swap16()],
    ['UTF-16 LE without one', utf16],
    ['UTF-16 BE without one', Buffer.from(utf16).swap16()],
    ['Windows-1258', toWindows1258(VIETNAMESE)],
  ])('%s is read, whether the language is known or not', (_, bytes) => {
    expect(texts(bytes, 'vi')).toStrictEqual(vietnamese);
    expect(texts(bytes, 'und')).toStrictEqual(vietnamese);
  });

  test.each([
    ['ru', 'windows-1251', 'Я тебя не понимаю. Что ты хочешь этим сказать?', 'cp1251'],
    ['pl', 'windows-1250', 'Zażółć gęślą jaźń, proszę bardzo', 'cp1250'],
    ['fr', 'windows-1252', 'Ça va ? Très bien, “merci” à vous', 'cp1252'],
    ['el', 'windows-1253', 'Δεν καταλαβαίνω τι μου λες', 'cp1253'],
  ])('%s of before Unicode is taken for %s, with a word about it', (language, encoding, text) => {
    const bytes = encodeWith(encoding, srt(text));
    const got = readCues(bytes, { ...FILM, language });
    expect(got?.cues.map((cue) => cue.text)).toStrictEqual([text]);
    expect(got?.remarks).toStrictEqual([
      `it does not say how it is encoded: taken for ${encoding}`,
    ]);
  });
});

test('times with six decimals, as Python prints them, are read to the millisecond', () => {
  const text = '1\n0:00:01.500000 --> 0:00:02.250999\nHello\n';
  const got = readCues(Buffer.from(text), { ...FILM, language: 'en' });
  expect(got?.cues).toMatchObject([{ startMs: 1500, endMs: 2250, text: 'Hello' }]);
});

describe('encodings that others would pass for', () => {
  test('ISO-2022-JP, which is ASCII throughout, by its escapes', () => {
    const kanji = Buffer.from('\u001b$B$3$s$K$A$O\u001b(B', 'latin1');
    const [before = '', after = ''] = srt('@').split('@');
    const bytes = Buffer.concat([Buffer.from(before), kanji, Buffer.from(after)]);
    const got = readCues(bytes, { ...FILM, language: 'und' });
    expect(got?.cues.map((cue) => cue.text)).toStrictEqual(['こんにちは']);
  });

  test.each([
    ['pl', 'Cześć, będąc w górach, ćwiczę pół dnia'],
    ['cs', 'Že jsi šel ještě dál? Říkám: Šťastné Žiželice'],
  ])('ISO-8859-2 in %s, whose ś and Ž would be signs in Windows-1250', (language, text) => {
    const bytes = encodeWith('iso-8859-2', srt(text));
    const got = readCues(bytes, { ...FILM, language });
    expect(got?.cues.map((cue) => cue.text)).toStrictEqual([text]);
  });
});

describe('UTF-8 that is damaged', () => {
  const whole = Buffer.from(srt('Đất Rừng Phương Nam', 'Tôi không hiểu', 'Để rồi xem'));
  const at = whole.indexOf('không');

  test('is UTF-8 all the same, with a word about the place', () => {
    const bytes = Buffer.concat([whole.subarray(0, at), Buffer.from([0xff]), whole.subarray(at)]);
    const got = readCues(bytes, { ...FILM, language: 'vi' });
    expect(got?.cues.map((cue) => cue.text)).toStrictEqual([
      ...['Đất Rừng Phương Nam', 'Tôi �không hiểu', 'Để rồi xem'],
    ]);
    expect(got?.remarks).toStrictEqual(['it is damaged in 1 place(s), shown as �']);
  });

  test('by being cut off within a letter is no other encoding', () => {
    const bytes = whole.subarray(0, whole.indexOf('ấ') + 2);
    expect(readCues(bytes, FILM)?.cues.map((cue) => cue.text)).toStrictEqual(['Đ�']);
  });
});

/** What TextDecoder decodes, the other way round; for tables of one byte a character. */
function encodeWith(encoding: string, text: string): Buffer {
  const decoder = new TextDecoder(encoding);
  const table = new Map(
    Array.from({ length: 256 }, (_, byte) => [decoder.decode(Buffer.from([byte])), byte]),
  );
  // Node 20 takes Windows-1252 for Latin-1.
  if (encoding === 'windows-1252') table.set('“', 0x93).set('”', 0x94);
  return Buffer.from([...text].map((character) => table.get(character) ?? 0x3f));
}

describe('whatever is in a file', () => {
  const pieces = fc.array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        ...['\n', '\n\n', '\r\n', ' --> ', '00:00:01,000 --> 00:00:02,000\n', 'WEBVTT\n\n', '1\n'],
        ...['[Events]\n', 'Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,', '{\\p1}', '\\N'],
        ...[
          '<i>',
          '</i>',
          '<b>',
          '</b>',
          '<u',
          '&',
          '&lt;',
          '&#10;',
          '&#x0;',
          '\u202e',
          '\u001b[31m',
        ],
      ),
    ),
    { maxLength: 40 },
  );
  const run = { numRuns: 500, seed: 4 };

  test('a cue is in the film, in order, and cannot break the file that it is written to', () => {
    fc.assert(
      fc.property(pieces, (parts) => {
        const cues = read(parts.join(''));
        for (const [index, { startMs, endMs, text }] of cues.entries()) {
          expect(startMs).toBeGreaterThanOrEqual(cues[index - 1]?.startMs ?? 0);
          expect(endMs).toBeGreaterThan(startMs);
          expect(endMs).toBeLessThanOrEqual(FILM.durationMs);
          expect(text).not.toMatch(/-->|^\s*$|\n\s*\n|^\n|\n$|\r|\u202e/);
          expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
          expect(text.replaceAll(/<\/?[biu]>|&(?:amp|lt|gt);/g, '')).not.toMatch(/[<>&]/);
          expect(unbalanced(text)).toBe(false);
        }
      }),
      run,
    );
  });

  test('bytes of any kind are no error', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom('und', 'vi', 'ja', 'zh'),
        (bytes, language) => {
          const marked = Buffer.concat([Buffer.from('1\n00:00:01,000 --> 00:00:02,000\n'), bytes]);
          expect(() => readCues(bytes, { ...FILM, language })).not.toThrow();
          expect(() => readCues(marked, { ...FILM, language })).not.toThrow();
        },
      ),
      run,
    );
  });
});

function unbalanced(text: string): boolean {
  const open: string[] = [];
  for (const [, slash, name = ''] of text.matchAll(/<(\/?)([biu])>/g)) {
    if (slash === '') open.push(name);
    else if (open.pop() !== name) return true;
  }
  return open.length > 0;
}
