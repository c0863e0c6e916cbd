import { describe, expect, it } from 'vitest';
import { IngestError } from '../../../src/errors.ts';
import { parseDuration } from '../../../src/lib/parse-duration.ts';

describe('parseDuration', () => {
  it.each([
    ['30s', 30_000],
    ['15m', 900_000],
    ['2h', 7_200_000],
    ['1h30m', 5_400_000],
    ['1h30m15s', 5_415_000],
    ['1h5s', 3_605_000],
    ['90m', 5_400_000],
    ['0s', 0],
    ['0', 0],
    [' 30s ', 30_000],
  ])('%s is %i ms', (text, durationMs) => {
    expect(parseDuration(text)).toBe(durationMs);
  });

  it.each([
    '',
    ' ',
    'soon',
    '1.5h',
    '-5s',
    '30m1h',
    '1h1h',
    '1H',
    '5 m',
    '1d',
    '500ms',
    '1234567s',
    '∞',
    '٣s',
  ])('%j is refused, with forms that work', (text) => {
    expect(() => parseDuration(text)).toThrow(IngestError);
    expect(errorOf(text)).toMatchObject({ exit: 'usage', fix: expect.stringContaining('1h30m') });
  });

  it('says that a bare number has no unit', () => {
    expect(errorOf('30')).toMatchObject({
      message: '"30" is not a duration',
      why: 'It has no unit',
      fix: 'Write 30s or 30m',
    });
  });

  it('quotes at most 40 characters of what it was given', () => {
    expect(errorOf('x'.repeat(5_000)).message.length).toBeLessThan(80);
  });
});

function errorOf(text: string): IngestError {
  try {
    parseDuration(text);
  } catch (error) {
    if (error instanceof IngestError) return error;
  }
  throw new Error('no IngestError');
}
