import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { markFolder, readFolderMark } from '../../../src/lib/folder-mark.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';

test('a folder has its mark for good, wherever it is mounted, and another one has another', async () => {
  const dir = join(makeTempDir('mark'), 'library');
  expect(await readFolderMark(dir)).toBeUndefined();
  const mark = await markFolder(dir);
  expect(await markFolder(dir)).toBe(mark);
  await rename(dir, `${dir}-moved`);
  expect(await readFolderMark(`${dir}-moved`)).toBe(mark);
  expect(await markFolder(dir)).not.toBe(mark);
});

test('of many who mark it at once all have the same mark, and leave nothing else', async () => {
  const dir = makeTempDir('mark');
  const marks = await Promise.all(Array.from({ length: 20 }, () => markFolder(dir)));
  expect(new Set(marks).size).toBe(1);
  expect(await readdir(dir)).toEqual(['.movie-ingest~id']);
});
