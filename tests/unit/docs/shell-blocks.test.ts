import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, readDocuments, shellBlocks } from './read-documents.ts';

const blocks = readDocuments().flatMap(shellBlocks);

test('every block of shell is run by tests/cli/recipes.test.ts, or says why it is not', () => {
  expect(blocks.length).toBeGreaterThan(40);
  const silent = blocks.filter(({ run, notRun }) => run === undefined && !notRun);
  expect(silent.map(({ at }) => at)).toEqual([]);
});

test('what a block names as its test is there', () => {
  const named = blocks.flatMap(({ notRun = '' }) => notRun.match(/tests\/\S+\.ts/g) ?? []);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
