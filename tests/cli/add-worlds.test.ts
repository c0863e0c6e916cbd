import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBucket } from '../contract/store-bucket.ts';
import { badFfmpeg } from '../helpers/bad-ffmpeg.ts';
import { eventsOf, eventsOfType } from '../helpers/events-of.ts';
import { isAlive } from '../helpers/is-alive.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, TINY, type User } from '../helpers/new-user.ts';
import { runCli, startCli } from '../helpers/run-cli.ts';
import { s3Env } from '../helpers/s3-env.ts';
import { startTcpProxy } from '../helpers/tcp-proxy.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { until } from '../helpers/until.ts';

let film: string;
let longFilm: string;

beforeAll(async () => {
  const dir = makeTempDir('films');
  const size = { width: 160, height: 90 };
  film = await makeClip({ dir, name: 'film.mp4', ...size, seconds: 2 });
  longFilm = await makeClip({ dir, name: 'long.mp4', ...size, seconds: 30 });
});

function documentOf(user: User, slug = 'film') {
  return JSON.parse(readFileSync(join(user.library, 'catalog', `${slug}.json`), 'utf8'));
}

const s3 = inject('s3');
const mongod = inject('mongod');

describe.skipIf(s3 === undefined || mongod === undefined)(
  'promise 4: a machine that sleeps',
  () => {
    test('goes on when it wakes, although all its connections are gone (fault F20)', async () => {
      if (s3 === undefined || mongod === undefined) return;
      const { settings } = await makeBucket(s3);
      const bucketLine = await startTcpProxy(Number(new URL(settings.endpoint).port));
      const mongoLine = await startTcpProxy(Number(new URL(mongod.uri).port));
      const ffmpeg = badFfmpeg('slow');
      const env = {
        MOVIE_INGEST_PRESET: TINY,
        MOVIE_INGEST_WORK_DIR: makeTempDir('work'),
        MOVIE_INGEST_STATE_DIR: makeTempDir('state'),
        ...s3Env({ ...settings, endpoint: `http://127.0.0.1:${bucketLine.port}` }),
        MONGODB_URI: `mongodb://127.0.0.1:${mongoLine.port}/?directConnection=true`,
        MONGODB_DB: `sleep_${process.pid}`,
        ...ffmpeg.env,
      };
      try {
        const running = startCli(['add', longFilm, '--json'], { env });
        await until(() => ffmpeg.encodes() === 1);
        const before = bucketLine.bytes();
        await until(() => bucketLine.bytes() > before + 10_000); // segments are on their way
        const everybody = [running.pid ?? 0, ...ffmpeg.pids().filter(isAlive)];
        for (const pid of everybody) process.kill(pid, 'SIGSTOP');
        bucketLine.cutAll();
        mongoLine.cutAll();
        await delay(3_000); // it sleeps
        for (const pid of everybody) process.kill(pid, 'SIGCONT');
        const { exitCode, stdout, stderr } = await running;
        expect(exitCode, stderr).toBe(0);
        expect(eventsOfType({ stdout }, 'result')).toMatchObject([{ outcome: 'added' }]);
        const verified = await runCli(['verify', '--all', '--deep'], { env });
        expect(verified.exitCode, verified.stdout).toBe(0);
      } finally {
        await Promise.all([bucketLine.stop(), mongoLine.stop()]);
      }
    });
  },
);

describe('clocks and places (fault F21)', () => {
  const clockJump = pathToFileURL(join(import.meta.dirname, '../fixtures/clock-jump.mjs')).href;

  test.each([
    ['10 days ahead', 10 * 86_400_000],
    ['3 hours back', -3 * 3_600_000],
  ])('a clock that jumps %s in the middle changes nothing', async (_what, jumpMs) => {
    const user = newUser();
    const gate = join(makeTempDir('gate'), 'open');
    const ffmpeg = badFfmpeg(`waits=${gate}`);
    const env = {
      ...user.env,
      ...ffmpeg.env,
      NODE_OPTIONS: `--import ${clockJump}`,
      CLOCK_JUMP_FILE: gate,
      CLOCK_JUMP_MS: String(jumpMs),
    };
    const running = startCli(['add', film, '--json'], { env });
    await until(() => ffmpeg.encodes() === 1);
    // The lock of a living run does not age, whatever the clock of the other says.
    const other = { ...user.env, NODE_OPTIONS: `--import ${clockJump}`, CLOCK_JUMP_FILE: '/' };
    const second = await runCli(['add', film], { env: { ...other, CLOCK_JUMP_MS: '999999999' } });
    expect(second.exitCode, second.stderr).toBe(11);
    writeFileSync(gate, '');
    const { exitCode, stdout, stderr } = await running;
    expect(exitCode, stderr).toBe(0);
    for (const event of eventsOf({ stdout })) {
      for (const [name, value] of Object.entries(event)) {
        if (/Ms$/.test(name) && typeof value === 'number') expect(value).toBeGreaterThanOrEqual(0);
      }
    }
    expect(await runCli(['verify', '--all'], { env: user.env })).toMatchObject({ exitCode: 0 });
  });

  test('another time zone, another locale and the same film: nothing to do, times in UTC', async () => {
    const user = newUser();
    const dir = makeTempDir('phim');
    const path = join(dir, 'Đất rừng phương Nam.mp4');
    copyFileSync(film, path);
    const inHanoi = { ...user.env, TZ: 'Asia/Ho_Chi_Minh', LC_ALL: 'C' };
    expect(await runCli(['add', path], { env: inHanoi })).toMatchObject({ exitCode: 0 });
    const { title, created_at: createdAt } = documentOf(user, 'dat-rung-phuong-nam');
    expect(title).toBe('Đất rừng phương Nam');
    const created = Date.parse(createdAt.$date);
    expect(Math.abs(Date.now() - created)).toBeLessThan(600_000);
    const inNewYork = { ...user.env, TZ: 'America/New_York', LC_ALL: 'tr_TR.UTF-8' };
    const { exitCode, stdout } = await runCli(['add', path, '--json'], { env: inNewYork });
    expect(exitCode).toBe(0);
    expect(eventsOfType({ stdout }, 'result')).toMatchObject([{ outcome: 'unchanged' }]);
  });
});

describe('a name that is no text', () => {
  test('is refused by name, with what to do, and the next film goes in', async ({ skip }) => {
    const user = newUser();
    const dir = makeTempDir('bytes');
    copyFileSync(film, join(dir, 'good.mp4'));
    const bytes = Buffer.concat([
      Buffer.from(join(dir, 'ph')),
      Buffer.from([0xed, 0xff]),
      Buffer.from('m.mp4'),
    ]);
    try {
      copyFileSync(film, bytes);
    } catch {
      skip('this file system takes UTF-8 names only');
    }
    const { exitCode, stderr } = await runCli(['add', dir], { env: user.env });
    expect(exitCode, stderr).toBe(3);
    expect(stderr).toMatch(/cannot be opened: its name is not UTF-8/);
    expect(user.published()).toEqual(['good']);
  });
});

describe('promise 4: state files are never believed (fault F29)', () => {
  const damages: readonly (readonly [string, string])[] = [
    ['emptied', ''],
    ['cut off', '{"version":1,"se'],
    ['of a newer version', '{"version":99,"outbox_version":99,"manifest_version":99}'],
    ['of another kind', '[[[]]]\0\0'],
  ];

  test('emptied, cut off, newer or something else: again and sync work as if they were not there', async () => {
    const user = newUser();
    const state = join(user.home, 'state');
    const env = { ...user.env, MOVIE_INGEST_STATE_DIR: state };
    expect(await runCli(['add', film], { env })).toMatchObject({ exitCode: 0 });
    for (const [what, text] of damages) {
      for (const file of ['outbox/x/film.json', 'locks/film.0.lock', 'leftovers/x.json']) {
        mkdirSync(join(state, file, '..'), { recursive: true });
        writeFileSync(join(state, file), '');
      }
      for (const file of readdirSync(state, { recursive: true, encoding: 'utf8' })) {
        if (/\.\w+$/.test(file)) writeFileSync(join(state, file), text);
      }
      const again = await runCli(['add', film, '--force', '--json'], { env });
      expect(again.exitCode, `${what}: ${again.stderr}`).toBe(0);
      expect(eventsOfType(again, 'result')).toHaveLength(1);
      const sync = await runCli(['sync'], { env });
      expect(sync.exitCode, `${what}: ${sync.stdout}${sync.stderr}`).toBe(0);
    }
    expect(await runCli(['verify', '--all'], { env })).toMatchObject({ exitCode: 0 });
  });

  test('a document that was cut off is refused by name, and comes back once it is moved away', async () => {
    const user = newUser();
    expect(await runCli(['add', film], { env: user.env })).toMatchObject({ exitCode: 0 });
    const file = join(user.library, 'catalog/film.json');
    const whole = documentOf(user);
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 100));
    const refused = await runCli(['sync'], { env: user.env });
    expect(refused.exitCode, refused.stderr).toBe(7);
    expect(refused.stderr).toContain(`${file} cannot be read as a document`);
    renameSync(file, join(user.home, 'film.json'));
    expect(await runCli(['sync'], { env: user.env })).toMatchObject({ exitCode: 0 });
    expect(documentOf(user)).toMatchObject({ _id: whole._id, created_at: whole.created_at });
  });
});
