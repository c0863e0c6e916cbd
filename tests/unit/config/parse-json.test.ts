import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonMistake, parseJson } from '../../../src/config/parse-json.ts';

const WITH_LINES = `{
  "a": 1,
  "b": {
    "c": "x",
    "d": [
      true,
      { "e": null }
    ]
  }
}`;

describe('parseJson', () => {
  it('parses whatever JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        expect(parseJson(text).value).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    [['a'], 2],
    [['b'], 3],
    [['b', 'c'], 4],
    [['b', 'd', 0], 6],
    [['b', 'd', 1, 'e'], 7],
    [['b', 'missing'], 3],
    [['missing'], 1],
  ])('knows that %j is on line %i', (path, line) => {
    expect(parseJson(WITH_LINES).lineOf(path)).toBe(line);
  });

  it('takes a byte order mark and Windows line ends', () => {
    expect(parseJson('\uFEFF{\r\n"a":\r\n1}').value).toEqual({ a: 1 });
    expect(parseJson('{\r\n\r\n"a":1}').lineOf(['a'])).toBe(3);
  });

  it.each([
    ['', 1, 'ends in the middle'],
    ['{\n"a": 1\n', 3, 'ends in the middle'],
    ['{\n"a": 1,\n}', 3, 'comma before `}`'],
    ['[1,\n2,\n]', 3, 'comma before `]`'],
    ['{\n"a": 1\n"b": 2}', 3, 'a comma is missing'],
    ['{"a" 1}', 1, '`:` is missing'],
    ['{\n"a": }', 2, 'a value is missing before `}`'],
    ['{\n// hello\n"a": 1}', 2, 'no comments'],
    ['{\na: 1}', 2, 'not valid JSON'],
    ["{\n'a': 1}", 2, 'not valid JSON'],
    ['{"a": hunter2hunter2}', 1, 'not valid JSON'],
    ['{"a": "hunter2\nhunter2"}', 1, 'not valid JSON'],
    ['{"a": "hunter2\thunter2"}', 1, 'badly written'],
    ['{"a": 01}', 1, 'badly written'],
    ['{"a":1} x', 1, 'not valid JSON'],
    ['{"a":1} {}', 1, 'after the end'],
    ['{"a":1,\n"a":2}', 2, 'the key "a" stands twice'],
    ['{1: 2}', 1, 'key in double quotes'],
    ['['.repeat(5_000), 1, 'too deep'],
  ])('finds the mistake in %j', (text, line, message) => {
    const mistake = mistakeOf(text);
    expect(mistake.message).toContain(message);
    expect(mistake.line).toBe(line);
  });

  it('promise 8: never quotes the text, as JSON.parse does', () => {
    const text = '{"secretAccessKey": hunter2hunter2}';
    expect(() => JSON.parse(text)).toThrow(/hunter2/); // why this parser exists
    const mistake = mistakeOf(text);
    expect(`${mistake.message} ${mistake.stack} ${String(mistake.cause)}`).not.toContain('hunter2');
  });

  it('keeps `__proto__` an ordinary key', () => {
    const { value } = parseJson('{"__proto__": {"polluted": 1}}');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect((value as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

function mistakeOf(text: string): JsonMistake {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof JsonMistake) return error;
  }
  throw new Error(`no mistake in ${text}`);
}
