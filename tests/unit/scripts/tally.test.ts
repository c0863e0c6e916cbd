import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeTempDir } from '../../helpers/temp-dir.ts';

const SCRIPTS = resolve(import.meta.dirname, '../../../scripts/set-up');
const { readTally } = await import(join(SCRIPTS, 'tally.mjs'));
const { checkNodeVersion } = await import(join(SCRIPTS, 'node-version.mjs'));

describe('the closing line of npm test', () => {
  test('counts tests by what became of them', () => {
    const path = report([
      file('passed', ['passed', 'passed', 'skipped']),
      file('failed', ['failed', 'passed', 'todo']),
      file('passed', ['pending']),
    ]);
    expect(readTally(path, 1)).toEqual({ passed: 3, failed: 1, skipped: 3 });
  });

  test('counts a file that could not be loaded as one that failed', () => {
    const path = report([file('passed', ['passed']), file('failed', [])]);
    expect(readTally(path, 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  test('never says that nothing failed when the run did', () => {
    expect(readTally(report([file('passed', ['passed'])]), 1).failed).toBe(1);
    expect(readTally('/no/such/report', 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

test('a Node that is too old is refused in words', () => {
  expect(() => checkNodeVersion('18.20.8')).toThrow('this is Node 18.20.8, and movie-ingest needs');
  expect(() => checkNodeVersion('20.18.3')).toThrow();
  expect(() => checkNodeVersion('20.19.0')).not.toThrow();
  expect(() => checkNodeVersion('24.1.0')).not.toThrow();
});

function file(status: string, tests: readonly string[]) {
  return { status, assertionResults: tests.map((it) => ({ status: it })) };
}

function report(testResults: readonly unknown[]): string {
  const path = join(makeTempDir('report'), 'report.json');
  writeFileSync(path, JSON.stringify({ testResults }));
  return path;
}
