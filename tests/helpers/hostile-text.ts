import fc from 'fast-check';

/** What films, tags and file names have been seen to hold, and what harms terminals, shells and stores. */
const NASTY = [
  '',
  ' ',
  '\u001b[31mred\u001b[0m',
  '\u001b]8;;http://evil.example\u0007link\u001b]8;;\u0007',
  '\u202Egnp.exe',
  '\u2066\u2069\u200F\u061C',
  '<img src=x onerror=alert(1)>',
  '{"$ne": null}',
  '$where',
  'a.b.c',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '..',
  '-i',
  '%d %s %n',
  '$(touch PWNED); `id` && rm -rf ~',
  'C:\\CON',
  'line\r\n#EXT-X-ENDLIST\nbreak',
  '","URI="http://evil.example',
  '\u0000\u0007\u0008\u009b',
  'e\u0301'.repeat(40),
  'a\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309\u030a\u030b',
  '👨‍👩‍👧‍👦',
  '\ud800',
  '\ufeff\ufffe',
  '七人の侍',
  'Đất Rừng Phương Nam',
  'x'.repeat(90_000),
] as const;

/** Any text, hostile ones often. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...NASTY), fc.string()).map((it) => it.join('')),
  },
);

/** The same runs each time, so that a red one is red again. */
export const RUNS = { seed: 4, numRuns: 300 } as const;

/** Nothing in it that a terminal obeys, a log breaks at, or the eye reads the wrong way round. */
export function isHarmless(text: string): boolean {
  return !/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(text);
}
