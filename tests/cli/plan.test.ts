import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { corpus } from '../helpers/corpus.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser } from '../helpers/new-user.ts';
import { runCli, runMain } from '../helpers/run-cli.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { snapshotTree } from '../helpers/snapshot-tree.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const films = makeTempDir('films');
let film: string;

beforeAll(async () => {
  film = await makeClip({ dir: films, name: 'Phim 01.mp4', width: 320, height: 180, seconds: 2 });
  // A plan keeps nothing, so each would try the encoders anew; doctor keeps what it finds.
  await runMain(['doctor'], newUser());
});

test('it writes nothing anywhere: not in the home, the current folder, beside the film or in temp', async () => {
  const home = makeTempDir('home');
  const cwd = makeTempDir('cwd');
  const tmp = makeTempDir('tmp');
  const places = [home, cwd, tmp, films];
  const before = places.map(snapshotTree);
  const { exitCode, stderr } = await runCli(['plan', film], {
    env: { HOME: home, TMPDIR: tmp },
    cwd,
  });
  expect(exitCode, stderr).toBe(0);
  expect(places.map(snapshotTree)).toEqual(before);
});

describe('with a bucket and a database configured', () => {
  let connections = 0;
  const listener = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  let env: Record<string, string>;

  beforeAll(async () => {
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const address = listener.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    env = {
      S3_ENDPOINT: `http://127.0.0.1:${port}`,
      S3_REGION: 'auto',
      S3_BUCKET: 'films',
      S3_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      S3_SECRET_ACCESS_KEY: 'a-secret-that-nobody-sees',
      S3_PUBLIC_URL: 'https://media.example.com',
      MONGODB_URI: `mongodb://somebody:another-secret@127.0.0.1:${port}/`,
    };
  });
  afterAll(() => {
    listener.close();
  });

  test('it asks no server, and tells no secret', async () => {
    for (const args of [
      ['plan', film],
      ['plan', film, '--json'],
      ['add', '--dry-run', film],
    ]) {
      const result = await runCli(args, newUser(env));
      expect(result.exitCode, result.stderr).toBe(0);
      expect(result.stdout).toContain('https://media.example.com/videos/phim-01/master.m3u8');
      expect(result.stdout + result.stderr).not.toMatch(/a-secret|another-secret/);
    }
    expect(connections).toBe(0);
  });
});

test('add --dry-run is the same, on the screen and as JSON', async () => {
  const user = newUser();
  for (const output of [[], ['--json']]) {
    const planned = await runMain(['plan', film, ...output], user);
    const dryRun = await runMain(['add', '-n', film, ...output], user);
    expect(planned.exitCode).toBe(0);
    const steady = (text: string) => text.replace(/[\d.]+ [GT]B free|"freeBytes":\d+/g, '');
    expect(steady(dryRun.stdout)).toBe(steady(planned.stdout));
  }
  expect(user.published()).toEqual([]);
});

test('--json is one document a film, with a command that really encodes it', async () => {
  const user = newUser();
  const { stdout } = await runMain(['plan', film, '--json'], user);
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({
    v: 1,
    type: 'plan',
    hlsUrl: 'http://127.0.0.1:4680/videos/phim-01/master.m3u8',
    plan: { slug: 'phim-01', video: [{ name: '90p', width: 160, height: 90 }] },
  });
  const dir = makeTempDir('planned');
  mkdirSync(join(dir, '90p'));
  mkdirSync(join(dir, 'audio-en'));
  await execa(report.ffmpeg, report.plan.ffmpegArgs, { cwd: dir, stdin: 'ignore' });
  expect(existsSync(join(dir, '90p/seg_00000.ts'))).toBe(true);
});

test('what add then does is what was planned: the same revision, rungs and key names', async () => {
  const user = newUser();
  const { stdout } = await runMain(['plan', film, '--json'], user);
  const { plan, keys } = JSON.parse(stdout);
  expect((await runMain(['add', film], user)).exitCode).toBe(0);
  const made = snapshotTree(join(user.library, 'media')).map((line) => line.split(' ')[0]);
  for (const key of keys as string[]) expect(made).toContain(key.replace(/\/$/, ''));
  expect(made).toContain(`videos/phim-01/${plan.revision}/90p/seg_00000.ts`);
});

test('several films: a bad one is told and the others are planned, exit 3', async () => {
  const user = newUser();
  writeFileSync(join(films, 'notes.mp4'), 'no film');
  const other = await makeClip({ dir: films, name: 'two.mp4', width: 160, height: 90, seconds: 1 });
  const args = ['plan', '--json', film, join(films, 'notes.mp4'), other];
  const { exitCode, stdout } = await runMain(args, user);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.filter(({ type }) => type === 'plan').map(({ plan }) => plan.slug)).toEqual([
    'phim-01',
    'two',
  ]);
  expect(lines.filter(({ type }) => type === 'error')).toMatchObject([{ code: 'film', exit: 4 }]);
  expect(exitCode).toBe(3);
});

test('a film that cannot be used is 4, as with add', async () => {
  const song = join(films, 'song.m4a');
  await runFfmpeg(['-i', film, '-vn', '-c', 'copy', song]);
  const { exitCode, stdout, stderr } = await runMain(['plan', song], newUser());
  expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
  expect(stderr).toContain('✖ song.m4a has no picture track');
});

test('a hostile title steers no terminal', async () => {
  const hostile = corpus('derived/hostile-metadata.mp4');
  if (hostile === undefined) return;
  const { exitCode, stdout } = await runMain(['plan', hostile], newUser());
  expect(exitCode).toBe(0);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
});
