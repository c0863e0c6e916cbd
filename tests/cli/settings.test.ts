import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBucket, type TestBucket } from '../contract/store-bucket.ts';
import { type BadFfmpeg, badFfmpeg } from '../helpers/bad-ffmpeg.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser } from '../helpers/new-user.ts';
import { type CliOptions, type CliResult, runMain } from '../helpers/run-cli.ts';
import { s3Env } from '../helpers/s3-env.ts';
import { skipLoudly } from '../helpers/skip-loudly.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { isMissing } from '../servers/locate.ts';
import { startMongod } from '../servers/mongod.ts';
import { freePort } from '../servers/server-process.ts';

const ffmpeg: BadFfmpeg = badFfmpeg('works');
let film: string;

beforeAll(async () => {
  film = await makeClip({
    dir: makeTempDir('films'),
    name: 'film.mp4',
    width: 160,
    height: 90,
    seconds: 2,
  });
});

type Refusal = Readonly<{ exit: number; says: RegExp }>;

/** The run ends with this code and these words, and no encode was begun. */
function expectRefused(result: CliResult, { exit, says }: Refusal): void {
  expect(result.stderr).toMatch(says);
  expect({ exitCode: result.exitCode, stdout: result.stdout }, result.stderr).toEqual({
    exitCode: exit,
    stdout: '',
  });
  expect(ffmpeg.encodes()).toBe(0);
}

function add(env: Readonly<Record<string, string>>, options: Pick<CliOptions, 'cwd'> = {}) {
  return runMain(['add', film], { env: newUser({ ...ffmpeg.env, ...env }).env, ...options });
}

describe('what is typed wrong ends with 2, before a film is opened', () => {
  test.each([
    [['add', '--fast', 'FILM'], /unknown option '--fast'/],
    [['add', '--preset', 'fastest', 'FILM'], /There is no preset "fastest"/],
    [['add', '--encoder', 'nvenc', 'FILM'], /argument 'nvenc' is invalid/],
    [['add', '--slug', '../etc/passwd', 'FILM'], /"\.\.\/etc\/passwd" cannot be a slug/],
    [['add', '--slug', '', 'FILM'], /"" cannot be a slug/],
    [['add', '--wait', '5', 'FILM'], /"5" is not a duration/],
    [['add', '--wait', '5', 'FILM', 'FILM.mkv'], /"5" is not a duration/],
    [['add', '--upload-concurrency', '0', 'FILM'], /is not a number of uploads/],
    [['add', '--title', 'One', 'FILM', 'FILM.mkv'], /--title is for one film, and 2 were named/],
    [['plan', '--slug', 'one', 'FILM', 'FILM.mkv'], /--slug is for one film, and 2 were named/],
    [['plan', '--slug', '../x', 'FILM'], /"\.\.\/x" cannot be a slug/],
    [['add'], /no film was named/],
    [['add', '--from-file', 'nowhere.txt'], /the list nowhere\.txt cannot be read/],
    [['publish', 'FILM'], /unknown command 'publish'/],
  ])('%j', async (args, says) => {
    const user = newUser(ffmpeg.env);
    const words = args.map((word) => word.replace('FILM', film));
    expectRefused(await runMain(words, user), { exit: 2, says });
    expect(existsSync(user.library)).toBe(false);
  });
});

describe('a wrong configuration ends with 2, and names the place and the fix', () => {
  test('JSON that is none: file and line', async () => {
    const cwd = makeTempDir('cwd');
    writeFileSync(join(cwd, 'movie-ingest.config.json'), '{\n  "preset": "fast",\n  oops\n}\n');
    const says = /movie-ingest\.config\.json line 3: .*\n.*Fix/;
    expectRefused(await add({}, { cwd }), { exit: 2, says });
  });

  test('a key that does not exist, in a preset of one’s own: file, line and key', async () => {
    const cwd = makeTempDir('cwd');
    mkdirSync(join(cwd, 'presets'));
    writeFileSync(join(cwd, 'presets/mine.json'), '{\n  "name": "mine",\n  "rung": []\n}\n');
    const env = { MOVIE_INGEST_PRESET: join(cwd, 'presets/mine.json') };
    expectRefused(await add(env, { cwd }), { exit: 2, says: /mine\.json line 3: .*rung/ });
  });

  const keys = { R2_ACCESS_KEY_ID: 'a'.repeat(32), R2_SECRET_ACCESS_KEY: 'b'.repeat(64) };
  const r2 = { ...keys, R2_ACCOUNT_ID: 'c'.repeat(32), R2_BUCKET: 'films' };
  const s3 = { S3_ENDPOINT: 'http://127.0.0.1:9', S3_BUCKET: 'films' };
  const both = { ...r2, R2_PUBLIC_URL: 'https://media.example.com', B2_BUCKET: 'films' };

  test.each([
    ['four of five of R2', r2, /R2 is only half configured: R2_PUBLIC_URL is missing/],
    ['two of six of S3', s3, /S3 is only half configured: S3_REGION, .* are missing/],
    ['two stores', both, /Two stores are configured: R2 and B2/],
    ['a database without a server', { MONGODB_DB: 'movies' }, /MONGODB_URI/],
  ])('%s: never a silent fall back to the folder', async (_what, env, says) => {
    const result = await add(env);
    expectRefused(result, { exit: 2, says });
    expect(result.stderr).not.toContain('b'.repeat(64));
  });
});

describe('no ffmpeg', () => {
  const brewed = ['/opt/homebrew/bin/ffmpeg', '/usr/local/bin/ffmpeg'].filter(existsSync);
  if (brewed.length > 0) skipLoudly(`a machine without ffmpeg: there is ${brewed[0]}`);

  test.skipIf(brewed.length > 0)('the line that installs it, and 2', async () => {
    const env = { PATH: makeTempDir('path'), MOVIE_INGEST_FFMPEG: '' };
    const says =
      /✖ ffmpeg and ffprobe were not found.*\n.*\n.*Fix +(brew install ffmpeg|sudo apt-get)/;
    expectRefused(await add(env), { exit: 2, says });
  });

  test('a path that leads nowhere is named, with where it was set', async () => {
    const says = /no program ffmpeg at \/nowhere\/ffmpeg.*\n.*MOVIE_INGEST_FFMPEG/;
    expectRefused(await add({ MOVIE_INGEST_FFMPEG: '/nowhere/ffmpeg' }), { exit: 2, says });
  });
});

const s3 = inject('s3');

describe.skipIf(s3 === undefined)(
  'a bucket that will not do is told before the first frame',
  () => {
    let bucket: TestBucket;

    beforeAll(async () => {
      if (s3 !== undefined) bucket = await makeBucket(s3);
    });

    test.each([
      ['a wrong secret', { S3_SECRET_ACCESS_KEY: 'f'.repeat(40) }, 8, /secret/i],
      ['a key that nobody knows', { S3_ACCESS_KEY_ID: 'nobody-knows-me' }, 8, /key/i],
      ['a bucket that is not there', { S3_BUCKET: 'not-there' }, 6, /not-there/],
      ['another region', { S3_REGION: 'us-east-1' }, 6, /region/i],
    ])('%s', async (_what, wrong, exit, says) => {
      const env: Record<string, string> = { ...s3Env(bucket.settings), ...wrong };
      const result = await add(env);
      expectRefused(result, { exit, says });
      expect(result.stderr).toMatch(/error +Fix {4}\S/);
      expect(result.stderr).not.toContain(env['S3_SECRET_ACCESS_KEY']);
    });

    test('nobody listens at the endpoint: told at once, not waited out', async () => {
      const endpoint = `http://127.0.0.1:${await freePort()}`;
      const env = { ...s3Env(bucket.settings), S3_ENDPOINT: endpoint };
      expectRefused(await add(env), { exit: 6, says: /refused|ECONNREFUSED/ });
    });

    test('somebody listens there and never answers', async () => {
      const silent = createServer(() => {});
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const address = silent.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const env = { ...s3Env(bucket.settings), S3_ENDPOINT: `http://127.0.0.1:${port}` };
      const result = await add(env);
      silent.close();
      expectRefused(result, { exit: 6, says: /did not answer within 8s/ });
    });

    test('what fails for every film stops a batch, with its own code and a way to go on', async () => {
      const env = { ...s3Env(bucket.settings), S3_SECRET_ACCESS_KEY: 'f'.repeat(40) };
      const films = ['a.mp4', film, 'z.mp4'];
      const { exitCode, stderr } = await runMain(
        ['add', ...films],
        newUser({ ...ffmpeg.env, ...env }),
      );
      expect(exitCode, stderr).toBe(8);
      expect(stderr).toMatch(/added=0 unchanged=0 failed=2 exit=8/);
      expect(stderr).toMatch(/retry: movie-ingest add -- \S+\/a\.mp4 \S+\/film\.mp4 \S+\/z\.mp4/);
      expect(ffmpeg.encodes()).toBe(0);
    });
  },
);

describe('a database that will not do is told before the first frame', () => {
  test('nobody listens there: 7', async () => {
    const uri = `mongodb://127.0.0.1:${await freePort()}/`;
    expectRefused(await add({ MONGODB_URI: uri }), { exit: 7, says: /127\.0\.0\.1/ });
  });

  test('a wrong password: 8, and the password is not repeated', async ({ skip }) => {
    if (await isMissing('mongod')) skip();
    const mongod = await startMongod({ auth: true });
    const uri = mongod.uri.replace(/\/\/root:.*@/, '//root:not-the-password@');
    const result = await add({ MONGODB_URI: uri });
    await mongod.stop();
    expectRefused(result, { exit: 8, says: /MongoDB/ });
    expect(result.stderr).not.toContain('not-the-password');
  });
});

describe('not enough space', () => {
  const mayMount = process.getuid?.() === 0 && process.platform === 'linux';
  if (!mayMount) skipLoudly('a full disk: only root on Linux may make a small one');

  /** A disk of this many megabytes, for as long as `use` runs. */
  async function withSmallDisk(megabytes: number, use: (dir: string) => Promise<void>) {
    const dir = makeTempDir('small-disk');
    await execa('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'small', dir]);
    try {
      await use(dir);
    } finally {
      await execa('umount', ['-l', dir]);
    }
  }

  test.skipIf(!mayMount)(
    'in the work folder: 9, with what is needed and what is there',
    async () => {
      await withSmallDisk(1, async (dir) => {
        const long = await makeClip({
          dir: makeTempDir('films'),
          width: 160,
          height: 90,
          seconds: 60,
        });
        const user = newUser(ffmpeg.env);
        const result = await runMain(['add', long, '--work-dir', dir], user);
        const says =
          /✖ not enough disk space: [\d.]+ MB needed in \S+, [\d.]+ [kM]B free {2}exit 9/;
        expectRefused(result, { exit: 9, says });
      });
    },
  );

  test.skipIf(!mayMount)('in the library: 9', async () => {
    await withSmallDisk(1, async (dir) => {
      const long = await makeClip({
        dir: makeTempDir('films'),
        width: 160,
        height: 90,
        seconds: 60,
      });
      const user = newUser({ ...ffmpeg.env, MOVIE_INGEST_LIBRARY: dir });
      const result = await runMain(['add', long], user);
      expectRefused(result, { exit: 9, says: /not enough disk space: .* needed in \S+\/media/ });
    });
  });

  test('a work folder that cannot be one is the configuration’s fault: 2', async () => {
    const says = /✖ the work folder \/dev\/null\/work cannot be used {2}exit 2/;
    expectRefused(await add({ MOVIE_INGEST_WORK_DIR: '/dev/null/work' }), { exit: 2, says });
  });
});
