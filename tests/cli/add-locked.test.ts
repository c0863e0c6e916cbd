import { copyFileSync, linkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { badFfmpeg } from '../helpers/bad-ffmpeg.ts';
import { eventsOfType } from '../helpers/events-of.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, type User } from '../helpers/new-user.ts';
import { runCli, startCli } from '../helpers/run-cli.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { until } from '../helpers/until.ts';

let film: string;
let other: string;

beforeAll(async () => {
  const dir = makeTempDir('films');
  const size = { width: 160, height: 90, seconds: 1 };
  film = await makeClip({ dir, name: 'film.mp4', ...size });
  other = await makeClip({ dir, name: 'other.mp4', ...size, seconds: 2 });
});

/** An `add` that stands in the middle of its encode until `letGo`. */
async function holding(user: User, args: readonly string[]) {
  const gate = join(makeTempDir('gate'), 'open');
  const ffmpeg = badFfmpeg(`waits=${gate}`);
  const running = startCli(['add', ...args], { env: { ...user.env, ...ffmpeg.env } });
  let isOver = false;
  running.finally(() => {
    isOver = true;
  });
  try {
    await until(() => isOver || ffmpeg.encodes() === 1);
  } finally {
    if (ffmpeg.encodes() !== 1) await tellWhy(running);
  }
  return { running, pid: running.pid, letGo: () => writeFileSync(gate, '') };
}

/** Stops an `add` that did not come to its encode, and throws what it said. */
async function tellWhy(running: ReturnType<typeof startCli>): Promise<never> {
  running.kill('SIGTERM');
  const { exitCode, stdout, stderr } = await running;
  throw new Error(`no encode (exit ${exitCode}): ${stdout}${stderr}`);
}

describe('promise 4: two at once (fault F18)', () => {
  test.each([
    ['the same file', (path: string) => path, []],
    ['the same file under two slugs', (path: string) => path, ['--slug', 'another']],
    ['a hard link of another name', linked(linkSync), []],
    ['a symbolic link of another name', linked(symlinkSync), []],
    ['a copy of another name, forced', linked(copyFileSync), ['--force']],
  ])(
    '%s: one works, the other exits 11 and names pid, host and since when',
    async (_what, alias, flags) => {
      const user = newUser();
      const first = await holding(user, [film]);
      const second = await runCli(['add', alias(film), ...flags], { env: user.env });
      expect(second).toMatchObject({ exitCode: 11, stdout: '' });
      const who = `pid ${first.pid} on ${hostname()} is ingesting film.mp4 since `;
      expect(second.stderr).toContain(who);
      first.letGo();
      expect(await first.running).toMatchObject({ exitCode: 0 });
      expect({ published: user.published(), documents: user.documents() }).toEqual({
        published: ['film'],
        documents: ['film'],
      });
    },
  );

  test('two films that go under one slug', async () => {
    const user = newUser();
    const first = await holding(user, [film, '--slug', 'one']);
    const second = await runCli(['add', other, '--slug', 'one'], { env: user.env });
    expect(second.exitCode, second.stderr).toBe(11);
    expect(second.stderr).toContain(`pid ${first.pid} on ${hostname()} is ingesting one since `);
    first.letGo();
    expect(await first.running).toMatchObject({ exitCode: 0 });
  });

  test('--wait waits, and then finds the film in', async () => {
    const user = newUser();
    const first = await holding(user, [film]);
    const second = startCli(['add', film, '--wait', '10m', '--json'], { env: user.env });
    first.letGo();
    expect(await first.running).toMatchObject({ exitCode: 0 });
    const { exitCode, stdout } = await second;
    expect(exitCode).toBe(0);
    expect(eventsOfType({ stdout }, 'result')).toMatchObject([{ outcome: 'unchanged' }]);
  });

  test('a holder that was killed is replaced at once', async () => {
    const user = newUser();
    const first = await holding(user, [film]);
    first.running.kill('SIGKILL');
    await first.running;
    expect(await runCli(['add', film], { env: user.env })).toMatchObject({ exitCode: 0 });
    expect(user.documents()).toEqual(['film']);
  });

  test('eight loops over one folder: each film is in once, nobody fails', async () => {
    const user = newUser();
    const loops = Array.from({ length: 8 }, () =>
      runCli(['add', dirname(film)], { env: user.env }),
    );
    for (const { exitCode, stderr } of await Promise.all(loops)) {
      expect([0, 3, 11], stderr).toContain(exitCode);
      if (exitCode === 0) continue;
      const failures = stderr.split('\n').filter((line) => line.includes(' ✖ '));
      expect(failures.every((line) => line.includes(` on ${hostname()} is ingesting `))).toBe(true);
    }
    expect(await runCli(['add', dirname(film)], { env: user.env })).toMatchObject({ exitCode: 0 });
    expect({
      published: user.published(),
      documents: user.documents(),
      leftovers: user.leftovers(),
    }).toEqual({ published: ['film', 'other'], documents: ['film', 'other'], leftovers: [] });
  });

  test('sync from cron during add leaves the film alone, and the film comes in', async () => {
    const user = newUser();
    const first = await holding(user, [film]);
    const sync = await runCli(['sync', '--prune', '--grace', '0s', '--json'], { env: user.env });
    expect(sync.exitCode, sync.stderr).toBe(0);
    first.letGo();
    expect(await first.running).toMatchObject({ exitCode: 0 });
    expect(await runCli(['verify', '--all'], { env: user.env })).toMatchObject({ exitCode: 0 });
  });
});

const mongod = inject('mongod');

describe.skipIf(mongod === undefined)(
  'promise 4: two machines with one MongoDB (fault F18)',
  () => {
    const db = `machines_${process.pid}`;
    let client: MongoClient;
    beforeAll(async () => {
      client = await MongoClient.connect(mongod?.uri ?? '');
    });
    afterAll(async () => {
      await client.db(db).dropDatabase();
      await client.close();
    });

    /** Another state folder and another work folder, and the same library. */
    function machineOf(user: User): User {
      const shared = { MONGODB_URI: mongod?.uri ?? '', MONGODB_DB: db };
      const own = {
        MOVIE_INGEST_STATE_DIR: makeTempDir('state'),
        MOVIE_INGEST_WORK_DIR: makeTempDir('work'),
      };
      return { ...user, env: { ...user.env, ...shared, ...own } };
    }

    test('one works, the other exits 11; sync leaves the film alone', async () => {
      const [here, there] = [newUser()].flatMap((user) => [machineOf(user), machineOf(user)]);
      if (here === undefined || there === undefined) return;
      const first = await holding(here, [film]);
      const second = await runCli(['add', film, '--slug', 'another'], { env: there.env });
      expect(second.exitCode, second.stderr).toBe(11);
      expect(second.stderr).toContain(
        `pid ${first.pid} on ${hostname()} is ingesting film.mp4 since`,
      );
      const sync = await runCli(['sync', '--prune', '--grace', '0s'], { env: there.env });
      expect(sync.exitCode, sync.stdout + sync.stderr).toBe(0);
      first.letGo();
      expect(await first.running).toMatchObject({ exitCode: 0 });
      expect(here.published()).toEqual(['film']);
      expect(await client.db(db).collection('movies_leases').countDocuments()).toBe(0);
    });

    test('one whose lock went to another, as after a long sleep, publishes nothing and says so', async () => {
      const user = machineOf(newUser());
      const first = await holding(user, [other]);
      const taken = { owner: 'another run', host: 'studio-mac', pid: 7 };
      await client.db(db).collection('movies_leases').updateMany({}, { $set: taken });
      first.letGo();
      const { exitCode, stderr } = await first.running;
      expect(exitCode, stderr).toBe(11);
      expect(stderr).toMatch(/lost its lock[\s\S]*pid 7 on studio-mac has it now/);
      expect(user.published()).toEqual([]);
      expect(await client.db(db).collection('movies').countDocuments({ slug: 'other' })).toBe(0);
    });
  },
);

function linked(link: (from: string, to: string) => void) {
  return (path: string) => {
    const alias = join(makeTempDir('alias'), 'alias.mp4');
    rmSync(alias, { force: true });
    link(path, alias);
    return alias;
  };
}
