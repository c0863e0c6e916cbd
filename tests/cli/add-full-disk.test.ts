import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { badFfmpeg } from '../helpers/bad-ffmpeg.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, type User } from '../helpers/new-user.ts';
import { CLI, type CliResult, cleanEnv, runCli, startCli } from '../helpers/run-cli.ts';
import { mountSmallDisk, type SmallDisk } from '../helpers/small-disk.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { until } from '../helpers/until.ts';

let film: string;
const disks: SmallDisk[] = [];

beforeAll(async () => {
  const dir = makeTempDir('films');
  film = await makeClip({ dir, name: 'film.mp4', width: 160, height: 90, seconds: 8 });
});

afterEach(async () => {
  for (const disk of disks.splice(0)) await disk.unmount();
});

/** A user whose `place` is a disk of its own. */
async function userWithDisk(
  place: 'work' | 'library' | 'library/catalog' | 'state',
  options: string,
  skip: () => never,
): Promise<Readonly<{ user: User; disk: SmallDisk }>> {
  const home = newUser();
  const dir = join(home.home, place);
  const user = { ...home, env: { ...home.env, MOVIE_INGEST_STATE_DIR: join(home.home, 'state') } };
  mkdirSync(dir, { recursive: true });
  const disk = await mountSmallDisk(dir, options);
  if (disk === undefined) return skip();
  disks.push(disk);
  return { user, disk };
}

/** `add film`, which stands before its encode until `letGo`. */
async function addWaiting(user: User) {
  const gate = join(makeTempDir('gate'), 'open');
  const ffmpeg = badFfmpeg(`waits=${gate}`);
  const running = startCli(['add', film], { env: { ...user.env, ...ffmpeg.env } });
  await until(() => ffmpeg.encodes() === 1);
  return { running, letGo: () => writeFileSync(gate, '') };
}

function expectNoRoom({ exitCode, stdout, stderr }: Partial<CliResult>, says: RegExp): void {
  expect({ exitCode, stdout }, stderr).toEqual({ exitCode: 9, stdout: '' });
  expect(stderr).toMatch(says);
  expect(stderr).toMatch(/Fix +\S/);
}

/** There is room now, and nobody did anything else. */
async function expectRerunWorks(user: User, env = user.env): Promise<void> {
  const { exitCode, stderr } = await runCli(['add', film], { env });
  expect(exitCode, stderr).toBe(0);
  expect({ documents: user.documents(), published: user.published() }).toEqual({
    documents: ['film'],
    published: ['film'],
  });
}

async function expectWhole({ env }: User): Promise<void> {
  const { exitCode, stdout, stderr } = await runCli(['verify', 'film', '--deep'], { env });
  expect(exitCode, stdout + stderr).toBe(0);
}

describe('promise 3: a full disk ends with 9, and the same command works once there is room (fault F15)', () => {
  test('of the work folder, before the film: the estimate says what it takes', async ({ skip }) => {
    const { user, disk } = await userWithDisk('work', 'size=8m', skip);
    disk.fill(20_000);
    expectNoRoom(await runCli(['add', film], { env: user.env }), /not enough disk space: /);
    disk.makeSpace();
    await expectRerunWorks(user);
  });

  test('of the work folder, in the middle: it is stopped while all is whole', async ({ skip }) => {
    const { user, disk } = await userWithDisk('work', 'size=8m', skip);
    const ffmpeg = badFfmpeg('endless');
    const running = startCli(['add', film], { env: { ...user.env, ...ffmpeg.env } });
    await until(() => ffmpeg.encodes() === 1);
    disk.fill();
    expectNoRoom(
      await running,
      /the disk is nearly full: .* free in |cannot write|nothing more can be written|cut short/,
    );
    expect(user.published()).toEqual([]);
    disk.makeSpace();
    await expectRerunWorks(user);
    await expectWhole(user);
  });

  test('of the library, in the middle', async ({ skip }) => {
    const { user, disk } = await userWithDisk('library', 'size=8m', skip);
    const { running, letGo } = await addWaiting(user);
    disk.fill();
    letGo();
    expectNoRoom(await running, /nearly full|No room in /);
    expect(user.published()).toEqual([]);
    disk.makeSpace();
    await expectRerunWorks(user);
    await expectWhole(user);
  });

  test('of the catalogue, before the film: not an hour later', async ({ skip }) => {
    const { user, disk } = await userWithDisk('library/catalog', 'size=1m,nr_inodes=3', skip);
    disk.fill();
    for (const name of ['a', 'b']) {
      try {
        writeFileSync(join(user.library, 'catalog', name), '');
      } catch {
        break; // not one file more
      }
    }
    expectNoRoom(await runCli(['add', film], { env: user.env }), /The catalogue cannot use /);
    expect(user.published()).toEqual([]);
  });

  test('of the catalogue, after the film: it is published, and sync delivers its document', async ({
    skip,
  }) => {
    const { user, disk } = await userWithDisk('library/catalog', 'size=1m', skip);
    const { running, letGo } = await addWaiting(user);
    disk.fill();
    letGo();
    expectNoRoom(await running, /published and safe; its document waits in the outbox/);
    expect({ published: user.published(), documents: user.documents() }).toEqual({
      published: ['film'],
      documents: [],
    });
    disk.makeSpace();
    const sync = await runCli(['sync'], { env: user.env });
    expect(sync.exitCode, sync.stdout + sync.stderr).toBe(0);
    await expectRerunWorks(user);
  });

  test('of the state folder: nobody can be sure to be alone', async ({ skip }) => {
    const { user, disk } = await userWithDisk('state', 'size=1m', skip);
    disk.fill();
    expectNoRoom(
      await runCli(['add', film], { env: user.env }),
      /folder for locks .*\n.*disk is full/,
    );
    disk.makeSpace();
    await expectRerunWorks(user);
  });

  test('of the state folder, once the lock stands: nothing that the film needs', async ({
    skip,
  }) => {
    const { user, disk } = await userWithDisk('state', 'size=1m', skip);
    const { running, letGo } = await addWaiting(user);
    disk.fill();
    letGo();
    expect(await running).toMatchObject({ exitCode: 0 });
  });

  test('without a free inode', async ({ skip }) => {
    const { user } = await userWithDisk('work', 'size=8m,nr_inodes=3', skip);
    expectNoRoom(await runCli(['add', film], { env: user.env }), /ENOSPC|disk is full/);
  });

  test('a work folder on a read-only volume', async ({ skip }) => {
    const { user } = await userWithDisk('work', 'size=8m,ro', skip);
    expectNoRoom(
      await runCli(['add', film], { env: user.env }),
      /the work folder \S+ cannot be written .*\n.*EROFS/,
    );
    const env = { ...user.env, MOVIE_INGEST_WORK_DIR: makeTempDir('work') };
    await expectRerunWorks(user, env);
  });
});

describe.skipIf(process.platform === 'win32')('limits of the shell end with 9 (fault F15)', () => {
  const limited = (limit: string, user: User) =>
    execa('sh', ['-c', `ulimit ${limit} && exec "$@"`, 'sh', ...CLI, 'add', film], {
      env: cleanEnv(user.env),
      extendEnv: false,
      cwd: user.home,
      stdin: 'ignore',
      reject: false,
      stripFinalNewline: false,
    });

  test('on the size of files: ulimit -f', async () => {
    const user = newUser();
    expectNoRoom(await limited('-f 16', user), /EFBIG[\s\S]*ulimit -f/);
    expect(user.published()).toEqual([]);
    await expectRerunWorks(user);
    await expectWhole(user);
  });

  test.each([24, 100])('on open files: ulimit -n %i', async (most) => {
    const user = newUser();
    const { exitCode, stdout, stderr } = await limited(`-n ${most}`, user);
    expect({ exitCode, stdout }, stderr).toEqual({ exitCode: 9, stdout: '' });
    expect(stderr).toMatch(/EMFILE[\s\S]*ulimit -n/);
  });

  test('what a Mac gives each program, 256 open files, is enough', async () => {
    const user = newUser();
    expect(await limited('-n 256', user)).toMatchObject({ exitCode: 0 });
  });
});
