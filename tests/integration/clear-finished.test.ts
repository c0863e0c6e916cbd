import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { openPlaces } from '../../src/commands/open-places.ts';
import { clearFinished } from '../../src/ingest/clear-finished.ts';
import type { Settings } from '../../src/model/settings.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, type User } from '../helpers/new-user.ts';
import { runMain } from '../helpers/run-cli.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

let user: User;
let recipe: string;

beforeAll(async () => {
  const dir = makeTempDir('films');
  user = newUser();
  const film = await makeClip({ dir, name: 'film.mp4', width: 160, height: 90, seconds: 1 });
  expect(await runMain(['add', film], user)).toMatchObject({ exitCode: 0 });
  const document = readFileSync(join(user.library, 'catalog/film.json'), 'utf8');
  recipe = JSON.parse(document).encoder.recipe;
});

/** As a run that was killed leaves it. */
function leave(...names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(join(user.workDir, name, '90p'), { recursive: true });
    writeFileSync(join(user.workDir, name, '90p', 'seg_00000.ts'), 'half a film');
  }
}

async function open() {
  const { library, workDir, home } = user;
  const settings = {
    store: { kind: 'folder', dir: join(library, 'media'), publicBaseUrl: 'http://127.0.0.1:4680' },
    catalog: { kind: 'folder', dir: join(library, 'catalog') },
    ...{ workDir, stateDir: join(home, 'state'), scratchDir: join(workDir, '.scratch') },
    ...{ uploadConcurrency: 4, maxOutageMs: 1_000 },
  } as unknown as Settings;
  const { signal } = new AbortController();
  const places = await openPlaces(settings, { signal, report: () => {} });
  return { ...places, settings, signal };
}

test('of films that are in, what was left is removed; all else stays', async () => {
  leave(
    ...[`film/r-0123456789.${recipe}.aaaaaa`, `film/r-1123456789-2.${recipe}.bbbbbb`],
    ...['film/r-2123456789.0000000000.cccccc', `other/r-0123456789.${recipe}.dddddd`],
    ...['film/notes', 'holiday/pictures', `Not a slug/r-0123456789.${recipe}.eeeeee`],
  );
  const here = await open();
  expect(await clearFinished(here)).toEqual(['film']);
  expect(readdirSync(join(user.workDir, 'film')).toSorted()).toEqual([
    'notes',
    'r-2123456789.0000000000.cccccc',
  ]);
  expect(user.leftovers()).toEqual(['Not a slug', 'film', 'holiday', 'other']);
  expect(await clearFinished(here)).toEqual([]);
  await here.close();
});

test('a film that somebody is at is left alone', async () => {
  leave(`film/r-0123456789.${recipe}.aaaaaa`);
  const here = await open();
  const lock = await here.locks.acquire({ name: 'film', what: 'ingesting film' });
  expect(await clearFinished(here)).toEqual([]);
  await lock.release();
  expect(await clearFinished(here)).toEqual(['film']);
  await here.close();
});
