import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runMain } from '../helpers/run-cli.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const ROOT = resolve(import.meta.dirname, '../..');

describe('movie-ingest config', () => {
  test('get tells each value and where it comes from, and no secret and no half of one', async () => {
    const cwd = makeTempDir('cwd');
    writeFileSync(
      join(cwd, '.env'),
      `# mine\nR2_BUCKET=movies\nR2_ACCESS_KEY_ID=${'b'.repeat(32)}\nR2_SECRET_ACCESS_KEY=${'c'.repeat(64)}\n`,
    );
    chmodSync(join(cwd, '.env'), 0o600);
    const env = { MOVIE_INGEST_PRESET: 'fast', MONGODB_URI: 'mongodb://me:hunter2@127.0.0.1/' };
    const { exitCode, stdout } = await runMain(['config', 'get'], { env, cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^preset +fast +MOVIE_INGEST_PRESET in the environment$/m);
    expect(stdout).toMatch(/^r2\.bucket +movies +\.env line 2$/m);
    expect(stdout).toMatch(/^r2\.secretAccessKey +\(not shown\) +\.env line 4/m);
    expect(stdout).toMatch(/^mongodb\.uri +\(not shown\) +MONGODB_URI in the environment$/m);
    expect(stdout).toMatch(/^uploadConcurrency +16 +default$/m);
    expect(stdout).toMatch(/^s3\.bucket +\(not set\)$/m);
    expect(stdout).not.toMatch(/b{32}|c{64}|hunter2/);
  });

  test('get of one is the value alone on stdout, for scripts, by either of its names', async () => {
    const env = { R2_BUCKET: 'movies' };
    for (const name of ['r2.bucket', 'R2_BUCKET']) {
      expect(await runMain(['config', 'get', name], { env })).toEqual({
        exitCode: 0,
        stdout: 'movies\n',
        stderr: 'R2_BUCKET in the environment\n',
      });
    }
  });

  test.each([
    ['r2.bukcet', /Did you mean r2\.bucket/],
    ['s3.bucket', /is not set/],
    ['MONGODB_URI', /secrets are not shown/],
  ])('get %s is refused, with why', async (name, words) => {
    const env = { MONGODB_URI: 'mongodb://me:hunter2@127.0.0.1/' };
    const { exitCode, stdout, stderr } = await runMain(['config', 'get', name], { env });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(words);
    expect(stderr).not.toContain('hunter2');
  });

  test('it works where a value is wrong, to show it', async () => {
    const { exitCode, stdout } = await runMain(['config', 'get', 'hdr'], {
      env: { MOVIE_INGEST_HDR: 'maybe' },
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'maybe\n' });
  });

  test('path names the three files, and which are there', async () => {
    const home = makeTempDir('home');
    const file = join(home, '.config/movie-ingest/config.json');
    mkdirSync(join(home, '.config/movie-ingest'), { recursive: true });
    writeFileSync(file, '{}');
    const { stdout } = await runMain(['config', 'path', '--json'], { env: { HOME: home } });
    const places = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(places.map(({ what, exists }) => [what, exists])).toEqual([
      ['.env', false],
      ['project file', false],
      ['user file', true],
    ]);
    expect(places[2].path).toBe(file);
  });

  test('schema is the one that is published', async () => {
    const { stdout } = await runMain(['config', 'schema']);
    expect(stdout).toBe(readFileSync(join(ROOT, 'docs/config.schema.json'), 'utf8'));
  });
});
