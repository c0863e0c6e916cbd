import { expect, test } from 'vitest';
import { EXIT_CODES, exitCode, IngestError } from '../../../src/errors.ts';
import { createRedactor } from '../../../src/lib/redact.ts';
import { errorEvent } from '../../../src/ui/error-event.ts';
import { errorLines } from '../../../src/ui/error-lines.ts';
import { openPaint } from '../../../src/ui/paint.ts';
import { redactTexts } from '../../../src/ui/redact-texts.ts';

function printed(error: unknown, verbose = false): string {
  const event = redactTexts(errorEvent(error, { verbose }), createRedactor([]));
  return `${errorLines(event, openPaint(false)).join('\n')}\n`;
}

test('what, cause and fix, with the exit code', () => {
  const error = new IngestError('catalog', {
    what: 'MongoDB login failed for user ingest',
    why: 'code 18',
    fix: 'Percent-encode @ in the password.\nThen: movie-ingest sync phim-01',
  });
  expect(printed(error)).toBe(
    [
      '✖ MongoDB login failed for user ingest  exit 7',
      '  Cause  code 18',
      '  Fix    Percent-encode @ in the password.',
      '         Then: movie-ingest sync phim-01',
      '',
    ].join('\n'),
  );
});

test.each(EXIT_CODES.map(({ name }) => [name]))('%s is printed with its number', (name) => {
  const error = new IngestError(name, { what: 'x' });
  expect(printed(error)).toBe(`✖ x  exit ${exitCode(name)}\n`);
});

test('anything else is called our fault, without a stack, and says how to report it', () => {
  expect(printed(new TypeError('x is undefined'))).toBe(
    [
      '✖ a fault in movie-ingest itself  exit 1',
      '  Cause  TypeError: x is undefined',
      '  Fix    Report it, with what the same command prints with --verbose and what doctor says.',
      '',
    ].join('\n'),
  );
});

test('verbose adds the stack, and that of the cause', () => {
  const error = new IngestError('store', { what: 'x', cause: new Error('socket hang up') });
  expect(printed(error, true)).toMatch(/at .*error-lines\.test\.ts[\s\S]*socket hang up/);
});

test('things that are thrown and are no errors are printed too', () => {
  expect(printed('a text')).toContain('Cause  a text');
  expect(printed(undefined)).toContain('Cause  undefined');
});

test('promise 8: no password of a URL is printed', () => {
  const error = new Error('cannot reach mongodb://u:s3cret@h/db', { cause: new Error('s3cret') });
  expect(printed(error)).not.toContain('s3cret');
});

test('sequences in texts from outside do not reach the terminal', () => {
  const error = new IngestError('film', { what: '\u001b[2Ja\nb\u202e', why: '\u009b31mx' });
  expect(printed(error)).toBe('✖ a b  exit 4\n  Cause  x\n');
});
