import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { parseEnv } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { newUser } from '../helpers/new-user.ts';
import { runCli, runMain, startCli } from '../helpers/run-cli.ts';

const SECRET = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';
const KEY = { MOVIE_INGEST_LINK_KEY_ID: 'k1', MOVIE_INGEST_LINK_SECRET: SECRET };
/** Nobody is asked: a link is made here. */
const BUCKET = {
  S3_ENDPOINT: 'http://127.0.0.1:9',
  S3_REGION: 'auto',
  S3_BUCKET: 'movies',
  S3_ACCESS_KEY_ID: 'AKIDOFTHESTORE00042',
  S3_SECRET_ACCESS_KEY: 'secretofthestore',
  S3_PUBLIC_URL: 'https://media.example.com',
};

/** Somebody whose catalogue has these documents. */
function userWith(
  env: Readonly<Record<string, string>>,
  documents: Readonly<Record<string, object>> = { 'phim-01': {} },
) {
  const user = newUser({ MOVIE_INGEST_STORE: 's3', ...BUCKET, ...env });
  mkdirSync(join(user.library, 'catalog'), { recursive: true });
  for (const [slug, fields] of Object.entries(documents)) {
    const hls_url = `https://media.example.com/videos/${slug}/master.m3u8`;
    const document = { slug, title: slug, hls_url, ...fields };
    writeFileSync(join(user.library, 'catalog', `${slug}.json`), JSON.stringify(document));
  }
  return user;
}

const LINK =
  /^https:\/\/media\.example\.com\/t\/k1\.(\d{10})\.2\.[\w-]{43}\/videos\/phim-01\/master\.m3u8\n$/;

describe('movie-ingest link', () => {
  test.each([
    [[], 7_200],
    [['--ttl', '30m'], 1_800],
    [['--ttl', '1h30m'], 5_400],
    [['--ttl', '48h'], 172_800],
  ])('%j prints the link alone on stdout', async (flags, seconds) => {
    const before = Math.floor(Date.now() / 1_000);
    const { exitCode, stdout } = await runMain(['link', 'phim-01', ...flags], userWith(KEY));
    const after = Math.floor(Date.now() / 1_000);
    expect(exitCode).toBe(0);
    const [, until] = LINK.exec(stdout) ?? [];
    expect(Number(until)).toBeGreaterThanOrEqual(before + seconds);
    expect(Number(until)).toBeLessThanOrEqual(after + seconds);
  });

  test('--json says until when, and with which key; --quiet only prints it', async () => {
    const json = await runMain(['link', 'phim-01', '--json'], userWith(KEY));
    expect(JSON.parse(json.stdout)).toEqual({
      type: 'link',
      slug: 'phim-01',
      url: expect.stringMatching(/^https:\/\/media\.example\.com\/t\/k1\./),
      keyId: 'k1',
      startUntil: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    const quiet = await runMain(['link', 'phim-01', '--quiet'], userWith(KEY));
    expect([json.stderr, quiet.stderr]).toEqual(['', '']);
    expect(quiet.stdout).toMatch(LINK);
  });

  test('--player plays the very link in the preview, until it is stopped', async () => {
    const { env } = userWith(KEY);
    const command = startCli(['link', 'phim-01', '--player', '--no-open'], { env });
    onTestFinished(() => void command.kill('SIGKILL'));
    const printed: string[] = [];
    const lines = createInterface({ input: command.stdout ?? Readable.from([]) });
    for await (const line of lines) if (printed.push(line) === 2) break;
    const [link = '', page = ''] = printed;
    expect(`${link}\n`).toMatch(LINK);
    const film = await (await fetch(new URL('/api/movies/url', page))).json();
    expect(film).toMatchObject({ hls_url: link });
    command.kill('SIGINT');
    expect((await command).exitCode).toBe(0);
  });

  test('a film may be called "keys"', async () => {
    const { exitCode, stdout } = await runMain(['link', 'keys'], userWith(KEY, { keys: {} }));
    expect([exitCode, stdout.includes('/videos/keys/')]).toEqual([0, true]);
  });

  const GONE = { status: 'deleted', deleted_at: { $date: '2026-11-01T00:00:00Z' } };
  const ELSEWHERE = { hls_url: 'http://127.0.0.1:4680/videos/phim-01/master.m3u8' };
  const MOVED = { hls_url: 'https://media.example.com/films/videos/phim-01/master.m3u8' };

  test.each([
    ['no key', ['link', 'phim-01'], userWith({}), 'movie-ingest link keys new'],
    ['no such film', ['link', 'phim-02'], userWith(KEY), 'no film called phim-02'],
    ['keys mistaken', ['link', 'keys'], userWith(KEY), 'movie-ingest link keys new'],
    ['a film that was removed', ['link', 'phim-01'], userWith(KEY, { 'phim-01': GONE }), 'restore'],
    ['a host with a path', ['link', 'phim-01'], userWith(KEY, { 'phim-01': MOVED }), 'hls_url'],
    [
      'a film of another store',
      ['link', 'phim-01'],
      userWith(KEY, { 'phim-01': ELSEWHERE }),
      'sync --rewrite-urls',
    ],
    ['no film', ['link'], userWith(KEY), 'no film is named'],
    ['two films', ['link', 'a', 'b'], userWith(KEY), '"a b" is more than the name of a film'],
    ['a bare number', ['link', 'phim-01', '--ttl', '2'], userWith(KEY), 'It has no unit'],
    ['no time', ['link', 'phim-01', '--ttl', '0'], userWith(KEY), 'longer than nothing'],
    ['for ever', ['link', 'phim-01', '--ttl', '999999h999999h'], userWith(KEY), 'not a duration'],
    ['a strange action', ['link', 'keys', 'make'], userWith(KEY), 'new'],
    ['film and object', ['link', 'a', '--presign', 'b'], userWith(KEY), 'not for a film'],
    [
      'the folder of this machine',
      ['link', 'phim-01'],
      userWith({ ...KEY, MOVIE_INGEST_STORE: 'folder' }),
      'need a bucket',
    ],
    [
      'an object of a folder',
      ['link', '--presign', 'posters/a.jpg'],
      userWith({ MOVIE_INGEST_STORE: 'folder' }),
      'only objects of a bucket',
    ],
    [
      'an address for longer than S3 allows',
      ['link', '--presign', 'posters/a.jpg', '--ttl', '169h'],
      userWith({}),
      'seven days',
    ],
  ])('%s is a mistake that is explained', async (_, args, user, says) => {
    const { exitCode, stdout, stderr } = await runMain(args, user);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(says);
  });
});

describe('movie-ingest link keys', () => {
  test('new prints what signers and the Worker need, as an env file, and no two alike', async () => {
    const made = await runMain(['link', 'keys', 'new'], userWith({}));
    const again = await runMain(['link', 'keys', 'new'], userWith({}));
    expect([made.exitCode, made.stdout === again.stdout]).toEqual([0, false]);
    const lines = parseEnv(made.stdout);
    const secret = lines['MOVIE_INGEST_LINK_SECRET'] ?? '';
    expect(Buffer.from(secret, 'base64')).toHaveLength(32);
    expect(lines['MOVIE_INGEST_LINK_KEY_ID']).toBe('k1');
    expect(JSON.parse(lines['SIGNING_KEYS'] ?? '')).toEqual({ k1: secret });
    expect(made.stderr).toContain('wrangler secret put SIGNING_KEYS');
    expect(made.stderr).not.toContain(secret);
  });

  test('what it prints can be the .env that the next command reads', async () => {
    const user = userWith({});
    const cwd = user.home;
    const { stdout } = await runMain(['link', 'keys', 'new'], user);
    writeFileSync(join(cwd, '.env'), stdout, { mode: 0o600 });
    const link = await runMain(['link', 'phim-01'], { ...user, cwd });
    expect(link.stdout).toMatch(LINK);
    expect(link.stderr).not.toContain('warning');
  });

  test('new does not replace a key that is in use', async () => {
    const { exitCode, stdout, stderr } = await runMain(['link', 'keys', 'new'], userWith(KEY));
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('link keys rotate');
  });

  test('rotate prints the next key, and for the Worker both', async () => {
    const { exitCode, stdout, stderr } = await runMain(['link', 'keys', 'rotate'], userWith(KEY));
    const lines = parseEnv(stdout);
    expect([exitCode, lines['MOVIE_INGEST_LINK_KEY_ID']]).toEqual([0, 'k2']);
    expect(JSON.parse(lines['SIGNING_KEYS'] ?? '')).toEqual({
      k2: lines['MOVIE_INGEST_LINK_SECRET'],
      k1: SECRET,
    });
    expect(stderr.indexOf('Worker, first')).toBeLessThan(stderr.indexOf('Then here'));
    const json = await runMain(['link', 'keys', 'rotate', '--json'], userWith(KEY));
    expect(JSON.parse(json.stdout)).toMatchObject({
      type: 'linkKey',
      keyId: 'k2',
      signingKeys: { k1: SECRET },
    });
    const without = await runMain(['link', 'keys', 'rotate'], userWith({}));
    expect([without.exitCode, without.stderr.includes('link keys new')]).toEqual([2, true]);
  });

  test('promise 8: the secret is shown by no other command', async () => {
    const user = userWith(KEY);
    const texts = await Promise.all(
      [['doctor', '--verbose'], ['link', 'phim-01', '--json'], ['list'], ['show', SECRET]].map(
        async (args) => {
          const { stdout, stderr } = await runCli(args, user);
          return stdout + stderr;
        },
      ),
    );
    for (const text of texts) expect(text).not.toContain(SECRET);
  });
});
