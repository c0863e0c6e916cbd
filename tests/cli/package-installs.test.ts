import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser } from '../helpers/new-user.ts';
import { cleanEnv } from '../helpers/run-cli.ts';
import { skipLoudly } from '../helpers/skip-loudly.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { until } from '../helpers/until.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const prefix = realpathSync(makeTempDir('prefix'));
const program = join(prefix, 'bin/movie-ingest');
let why = '';
let told = '';

beforeAll(async () => {
  const folder = makeTempDir('packed');
  const npm = (...args: readonly string[]) =>
    execa('npm', args, { cwd: ROOT, reject: false, all: true });
  await npm('pack', '--ignore-scripts', '--pack-destination', folder);
  const [tarball = ''] = readdirSync(folder);
  // What the clone was installed from is in npm's cache: no network is needed.
  const args = ['install', '--global', join(folder, tarball), '--prefix', prefix];
  const { failed, all } = await npm(...args, '--prefer-offline', '--no-audit', '--no-fund');
  told = all ?? '';
  if (failed) why = all ?? 'npm install failed';
}, 300_000);

describe('npm i -g of the package, into a clean prefix', () => {
  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    execa(program, args, {
      env: cleanEnv(env),
      extendEnv: false,
      cwd: makeTempDir('cwd'),
      stdin: 'ignore',
      reject: false,
    });

  /** Without a network, and with nothing in npm's cache, there is nothing to see. */
  const isThere = () => {
    if (existsSync(program)) return true;
    if (!/ENOTFOUND|ENOTCACHED|EAI_AGAIN|ECONNREFUSED/.test(why)) throw new Error(why);
    skipLoudly('npm i -g: no network, and the packages are not in npm’s cache');
    return false;
  };

  test('--version, --help and help exit-codes answer; the man page is where man looks', async () => {
    if (!isThere()) return;
    expect(told).not.toContain('install scripts');
    expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+$/);
    expect((await run(['--help'])).stdout).toMatch(/^Usage: movie-ingest /);
    expect((await run(['help', 'exit-codes'])).stdout).toMatch(/^EXIT CODES/);
    expect((await run(['config', 'schema'])).stdout).toContain('"$schema"');
    expect(existsSync(join(prefix, 'share/man/man1/movie-ingest.1'))).toBe(true);
  });

  test('a queue without its two packages ends with the one line that installs them', async () => {
    if (!isThere()) return;
    const queue = { ...newUser().env, MOVIE_INGEST_QUEUE: 'redis://127.0.0.1:1' };
    for (const args of [['worker'], ['queue', 'ls'], ['add', 'film.mp4']]) {
      const { exitCode, stdout, stderr } = await run(args, queue);
      expect({ exitCode, stdout }, stderr).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toContain('npm install -g --ignore-scripts bullmq@6 ioredis@6');
      expect(stderr).not.toMatch(/ {4}at |ERR_MODULE_NOT_FOUND/);
    }
  });

  test('a film goes in, and preview has its page and plays it', async () => {
    if (!isThere()) return;
    const dir = makeTempDir('clip');
    const clip = await makeClip({
      dir,
      name: 'film.mp4',
      seconds: 1,
      width: 160,
      height: 90,
      rate: '12',
    });
    const user = newUser();
    const added = await run(['add', clip], user.env);
    expect(added.exitCode, added.stderr).toBe(0);
    expect(added.stdout).toBe('http://127.0.0.1:4680/videos/film/master.m3u8');
    const server = execa(program, ['preview', '--port', '0', '--no-open'], {
      env: cleanEnv(user.env),
      extendEnv: false,
      stdin: 'ignore',
      reject: false,
    });
    let text = '';
    server.stdout.on('data', (chunk) => {
      text += chunk;
    });
    await until(() => text.includes('\n'));
    const url = text.trim();
    const page = await (await fetch(url)).text();
    expect(page).toContain('<script');
    const player = await fetch(new URL('player.js', url));
    expect({ status: player.status, isLarge: (await player.text()).length > 100_000 }).toEqual({
      status: 200,
      isLarge: true,
    });
    const media = await fetch(new URL('/videos/film/master.m3u8', url));
    expect(await media.text()).toMatch(/^#EXTM3U/);
    server.kill('SIGTERM');
    expect((await server).exitCode).toBe(0);
  });
});
