import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { checkStore } from '../../src/store/check-store.ts';
import { openStore } from '../../src/store/open-store.ts';
import { patient } from '../../src/store/retry.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { storeContract } from './store.contract.ts';

const openFolder = () =>
  openStore(
    {
      kind: 'folder',
      dir: join(makeTempDir('store'), 'media'),
      publicBaseUrl: 'http://127.0.0.1:4680',
    },
    { concurrency: 16 },
  );

storeContract('folder', openFolder);
storeContract('folder, patient', async () => patient(await openFolder(), { random: () => 0 }));

test('a check removes what one that was killed has left, but not that of one at work', async () => {
  const dir = join(makeTempDir('store'), 'media');
  const publicBaseUrl = 'http://127.0.0.1:4680';
  const store = await openStore({ kind: 'folder', dir, publicBaseUrl }, { concurrency: 16 });
  mkdirSync(join(dir, 'videos'), { recursive: true });
  const lie = (name: string, minutes: number) => {
    const path = join(dir, 'videos', name);
    writeFileSync(path, 'bytes');
    const then = Date.now() / 1000 - minutes * 60;
    utimesSync(path, then, then);
  };
  lie('.movie-ingest-probe-111111111111', 61);
  lie('.movie-ingest-probe-222222222222', 5);
  lie('old-film.ts', 61);
  await checkStore(store, { prefix: 'videos/' });
  expect(readdirSync(join(dir, 'videos')).toSorted()).toEqual([
    '.movie-ingest-probe-222222222222',
    'old-film.ts',
  ]);
  await store.close();
});

test('a check has the patience for a disk that sleeps', async () => {
  const store = await openFolder();
  const timeout = vi.spyOn(AbortSignal, 'timeout');
  await checkStore(store, { prefix: 'videos/' });
  expect(timeout.mock.calls.flat()).toEqual([60_000, 60_000]); // for all of it, and for tidying up
  timeout.mockRestore();
  await store.close();
});
