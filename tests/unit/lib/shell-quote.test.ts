import { execa } from 'execa';
import { expect, test } from 'vitest';
import { shellQuote } from '../../../src/lib/shell-quote.ts';

const NASTY = [
  'film.mp4',
  'my film.mp4',
  "it's.mp4",
  '$HOME `id` "x" \\ !.mp4',
  '*?[a].mp4',
  '~root',
  '=ls',
  '',
  'two  spaces',
  'new\nline',
  '-100%d\\n\n.mp4',
  'esc\u001b[31m.mp4',
  "both'\u0007",
  'rtl\u202egpj.mp4',
  'Đất Rừng.mkv',
  '#not a comment;&|<>(){}',
];

test('words without a meaning for the shell stay bare', () => {
  expect(shellQuote(['ffmpeg', '-i', 'file:/a/b.mp4', '-map', '0:0'])).toBe(
    'ffmpeg -i file:/a/b.mp4 -map 0:0',
  );
});

test.each(['bash', 'sh'])('a real %s reads back exactly the words', async (shell) => {
  const { stdout } = await execa(shell, ['-c', `printf '%s\\0' ${shellQuote(NASTY)}`], {
    env: { LC_ALL: 'C.UTF-8' },
  });
  expect(stdout.split('\0').slice(0, -1)).toEqual(NASTY);
});

test('a name that ends with a line end keeps it, in the shells that can say so', async () => {
  const { stdout } = await execa('bash', ['-c', `printf '%s\\0' ${shellQuote(["it's\n\n"])}`]);
  expect(stdout).toBe("it's\n\n\0");
});

test('what it gives can be printed: no control and no bidi characters', () => {
  expect(shellQuote(NASTY)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});
