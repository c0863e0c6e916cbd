import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeTempDir } from '../../helpers/temp-dir.ts';
import { isRequired, locate } from '../../servers/locate.ts';

const nowhere = { usualPlaces: [] };

describe('finding a test server', () => {
  test('a variable that names a wrong program is a failure, not a reason to look elsewhere', async () => {
    const PATH = folderWith('mongod', 'echo "db version v7.0.1"');
    const env = { PATH, MOVIE_INGEST_TEST_MONGOD: '/no/such/mongod' };
    await expect(locate('mongod', { env, ...nowhere })).rejects.toThrow(
      'MOVIE_INGEST_TEST_MONGOD=/no/such/mongod: does not run',
    );
  });

  test('a variable goes before PATH', async () => {
    const named = join(folderWith('mongod', 'echo "db version v7.0.1"'), 'mongod');
    const PATH = folderWith('mongod', 'echo "db version v6.0.1"');
    const found = await locate('mongod', {
      env: { PATH, MOVIE_INGEST_TEST_MONGOD: named },
      ...nowhere,
    });
    expect(found).toEqual({ path: named, from: 'MOVIE_INGEST_TEST_MONGOD' });
  });

  test('a version that the driver cannot talk to is passed over for the next one on PATH', async () => {
    const old = folderWith('mongod', 'echo "db version v3.6.8"');
    const good = folderWith('mongod', 'echo "db version v4.4.0"');
    const found = await locate('mongod', { env: { PATH: `${old}:${good}` }, ...nowhere });
    expect(found).toEqual({ path: join(good, 'mongod'), from: 'PATH' });
  });

  test('what cannot be had is told with every step tried and what to type', async () => {
    const old = folderWith('chromium', 'echo "Chromium 60.0.1"');
    const missing = await locate('chromium', { env: { PATH: old }, ...nowhere });
    expect(missing).toEqual({
      path: undefined,
      tried: [
        'MOVIE_INGEST_TEST_CHROMIUM is not set',
        `${old}/chromium: is 60.0, older than 110.0`,
      ],
      help: expect.stringMatching(/chromium$/),
    });
  });

  test('a copy in the cache is used without asking any registry', async () => {
    const cache = makeTempDir('cache');
    const platform = `${process.platform}-${process.arch}`;
    const kept = folderWith('versitygw', 'echo "Version  : git"', [
      cache,
      'movie-ingest-tests',
      `versitygw-1.8.0-${platform}`,
    ]);
    const found = await locate('versitygw', {
      env: { PATH: '', XDG_CACHE_HOME: cache },
      ...nowhere,
    });
    expect(found).toEqual({ path: join(kept, 'versitygw'), from: 'cache' });
  });

  test('in CI nothing may be missing; elsewhere only what is asked for', () => {
    expect(isRequired('mongod', { CI: 'true' })).toBe(true);
    expect(isRequired('mongod', { MOVIE_INGEST_TEST_REQUIRE: 'versitygw, mongod' })).toBe(true);
    expect(isRequired('mongod', { MOVIE_INGEST_TEST_REQUIRE: 'versitygw' })).toBe(false);
    expect(isRequired('mongod', {})).toBe(false);
  });
});

/** A folder with one program in it, a shell script. */
function folderWith(name: string, script: string, path?: readonly string[]): string {
  const folder = path === undefined ? makeTempDir('programs') : join(...path);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
  return folder;
}
