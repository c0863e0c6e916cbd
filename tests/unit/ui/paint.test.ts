import { expect, test } from 'vitest';
import { openPaint, wantsColor } from '../../../src/ui/paint.ts';
import { memoryOutput } from '../../helpers/memory-output.ts';

const terminal = {
  isCI: false,
  term: 'xterm',
  noColor: undefined,
  forceColor: undefined,
  progressIntervalMs: undefined,
} as const;
const tty = memoryOutput({ columns: 80, rows: 24 });
const pipe = memoryOutput();

test.each([
  ['a terminal', true, { output: tty }],
  ['a pipe', false, { output: pipe }],
  ['TERM=dumb', false, { output: tty, terminal: { ...terminal, term: 'dumb' } }],
  ['NO_COLOR=1', false, { output: tty, terminal: { ...terminal, noColor: '1' } }],
  ['an empty NO_COLOR', true, { output: tty, terminal: { ...terminal, noColor: '' } }],
  ['FORCE_COLOR=1 in a pipe', true, { output: pipe, terminal: { ...terminal, forceColor: '1' } }],
  ['FORCE_COLOR=0', false, { output: tty, terminal: { ...terminal, forceColor: '0' } }],
  ['--no-color', false, { output: tty, color: false }],
  ['--color in a pipe', true, { output: pipe, color: true }],
])('%s: colour %s', (_name, expected, question) => {
  expect(wantsColor({ color: undefined, terminal, ...question })).toBe(expected);
});

test('without colour texts come back bare', () => {
  expect(openPaint(false).bad('x')).toBe('x');
  expect(openPaint(true).bad('x')).toBe('\u001b[31mx\u001b[39m');
});
