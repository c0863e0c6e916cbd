import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { makeBucket } from '../contract/store-bucket.ts';
import { newcomer } from '../helpers/newcomer.ts';
import { runCli, runMain } from '../helpers/run-cli.ts';
import { s3Env } from '../helpers/s3-env.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const s3 = inject('s3');
const HEX = '0123456789abcdef';
const R2_ID = 'feed'.repeat(8);
const R2_SECRET = 'c0ffee00'.repeat(8);

/** For tests that are not about its last word: without an ffmpeg no encoder is tried. */
const QUICK_DOCTOR = { MOVIE_INGEST_FFMPEG: '/nowhere/ffmpeg' };

describe('movie-ingest init --no-input', () => {
  test('a folder: the settings are in a file of the user alone, and doctor has the last word', async () => {
    const { file, env, config, home } = newcomer();
    const library = join(home, 'films');
    const args = ['init', '--no-input', '--store', 'folder', '--library', library];
    const { exitCode, stdout, stderr } = await runCli(args, { env });
    expect(exitCode, stderr).toBe(0);
    expect(config()).toEqual({ store: 'folder', library });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(stdout).toContain(`✔ store        folder ${library}/media`);
    expect(stdout).toMatch(/✔ settings +from config\.json: library, .*config\.json: store/);
  });

  test('what the file says besides stays; what it says otherwise is replaced with --yes alone', async () => {
    const { env, config, home } = newcomer({
      preset: 'fast',
      library: '/elsewhere',
      s3: { region: 'x' },
    });
    const library = join(home, 'films');
    const args = ['init', '--no-input', '--store', 'folder', '--library', library];
    const refused = await runMain(args, { env });
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('says something else already: library (changed)');
    expect(config()).toEqual({ preset: 'fast', library: '/elsewhere', s3: { region: 'x' } });
    await runCli([...args, '--yes'], { env: { ...env, ...QUICK_DOCTOR } });
    expect(config()).toEqual({ preset: 'fast', library, s3: { region: 'x' }, store: 'folder' });
  });

  test('a secret that a command prints is not copied: the command is written', async () => {
    if (s3 === undefined) return;
    const { settings } = await makeBucket(s3);
    const { env, config } = newcomer();
    const { S3_SECRET_ACCESS_KEY: secret = '', ...rest } = s3Env(settings);
    const command = `printf %s ${secret}`;
    const { stderr, stdout } = await runCli(['init', '--no-input'], {
      env: { ...env, ...rest, ...QUICK_DOCTOR, S3_SECRET_ACCESS_KEY_COMMAND: command },
    });
    expect(config()).toMatchObject({ store: 's3', s3: { secretAccessKeyCommand: command } });
    expect(config()).not.toHaveProperty('s3.secretAccessKey');
    expect(`${stdout}${stderr}`).not.toContain(secret);
  });

  test('secrets by stdin, the rest by flags; the answer of the bucket is 8 for a wrong one', async () => {
    if (s3 === undefined) return;
    const { settings } = await makeBucket(s3);
    const { env, file, config } = newcomer();
    const library = makeTempDir('library');
    const args = [
      ...['init', '--from-stdin', '--store', 's3', '--endpoint', settings.endpoint],
      ...['--region', settings.region, '--bucket', settings.bucket],
      ...['--access-key-id', settings.accessKeyId, '--public-url', 'media.example.invalid'],
      ...['--library', library], // where documents are without MongoDB
    ];
    const wrong = await runCli(args, { env, input: 'S3_SECRET_ACCESS_KEY=hunter2hunter2\n' });
    expect(wrong.exitCode).toBe(8);
    expect(wrong.stderr).toContain('refused the signature');
    expect(wrong.stderr).not.toContain('hunter2');
    expect(existsSync(file)).toBe(false);
    const input = `S3_SECRET_ACCESS_KEY='${settings.secretAccessKey}'\n`;
    const right = await runCli(args, { env, input });
    expect(right.exitCode, right.stderr).toBe(0);
    expect(right.stderr).toContain('https://media.example.invalid does not answer');
    expect(config()).toMatchObject({
      s3: { publicUrl: 'https://media.example.invalid' },
      library,
    });
  });

  test.each([
    [
      'a flag of another store',
      ['--store', 'b2', '--region', 'x'],
      {},
      /--region says nothing about/,
    ],
    [
      'swapped halves',
      ['--store', 'r2'],
      {
        R2_ACCOUNT_ID: HEX.repeat(2),
        R2_ACCESS_KEY_ID: R2_SECRET,
        R2_SECRET_ACCESS_KEY: R2_ID,
        R2_BUCKET: 'movies',
        R2_PUBLIC_URL: 'https://media.example.com',
      },
      /are swapped/,
    ],
    [
      'half a store',
      ['--store', 'r2', '--bucket', 'movies'],
      {},
      /only half configured: R2_ACCOUNT_ID/,
    ],
    ['no terminal, and no --no-input', undefined, {}, /no terminal to ask on[\s\S]*--no-input/],
  ])('%s is 2, and nothing is written', async (_what, args, more, words) => {
    const { env, file } = newcomer();
    const words2 = args === undefined ? [] : ['--no-input', ...args];
    const { exitCode, stderr } = await runMain(['init', ...words2], { env: { ...env, ...more } });
    expect({ exitCode, isThere: existsSync(file) }).toEqual({ exitCode: 2, isThere: false });
    expect(stderr).toMatch(words);
  });

  test('what stands elsewhere and wins over the file is named', async () => {
    const { env } = newcomer();
    const cwd = makeTempDir('cwd');
    const here = makeTempDir('library');
    writeFileSync(join(cwd, '.env'), `MOVIE_INGEST_LIBRARY=${here}\n`);
    const args = ['init', '--no-input', '--store', 'folder', '--library', makeTempDir('other')];
    const { stderr } = await runCli(args, { env: { ...env, ...QUICK_DOCTOR }, cwd });
    expect(stderr).toContain('MOVIE_INGEST_LIBRARY (.env line 1) wins over what was written');
  });
});
