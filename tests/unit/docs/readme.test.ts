import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXIT_CODES } from '../../../src/errors.ts';
import { runMain } from '../../helpers/run-cli.ts';
import { ROOT, tableRows } from './read-documents.ts';

describe('the exit codes are those of src/errors.ts, row by row', () => {
  test.each(['README.md', 'docs/exit-codes.md'])('in %s', (path) => {
    const rows = tableRows(readFileSync(join(ROOT, path), 'utf8'));
    const codes = rows.filter(([code]) => /^\d+$/.test(code ?? '')).map((row) => row.slice(0, 3));
    expect(codes).toEqual(EXIT_CODES.map((row) => [String(row.code), row.name, row.meaning]));
  });

  test('in what --help prints', async () => {
    const { stdout, exitCode } = await runMain(['--help']);
    const [, table = ''] = stdout.split('Exit codes:\n');
    const codes = table
      .trim()
      .split('\n')
      .map((line) => /^ *(\d+) {2}(.+)$/.exec(line)?.slice(1));
    expect(codes).toEqual(EXIT_CODES.map((row) => [String(row.code), row.meaning]));
    expect(exitCode).toBe(0);
  });
});

test('the README names every command and no other', async () => {
  const { stdout } = await runMain(['--help']);
  const there = [...stdout.matchAll(/^ {2}([a-z]+) (?:\[|<)/gm)].map((match) => match[1]);
  const [, section = ''] = readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n## Commands\n');
  const [table = ''] = section.split('\n## ');
  const named = [...table.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([a-z]+)/g)].map((match) => match[1]),
  );
  expect(named.toSorted()).toEqual(there.filter((name) => name !== 'help').toSorted());
});
