import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { IngestError } from '../../../src/errors.ts';
import { acquireLock, type LockOptions } from '../../../src/journal/lock.ts';
import { readProcStartTime, thisMachine } from '../../../src/lib/process-identity.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';

const NAME = 'movie:phim-01';
const HOUR_MS = 3_600_000;

function options(dir: string, more: Partial<LockOptions> = {}): LockOptions {
  return { dir, name: NAME, what: 'ingesting phim-01', ...more };
}

/** A claim of somebody else, as the lock itself writes it. */
async function plant(dir: string, change: Readonly<Record<string, unknown>>, ageMs = 0) {
  const claim = {
    pid: process.ppid,
    startTime: await readProcStartTime(process.ppid),
    ...(await thisMachine()),
    at: '2026-11-22T03:00:00.000Z',
    what: 'ingesting phim-01',
    ...change,
  };
  return plantText(dir, `${JSON.stringify(claim)}\n{"held":true}\n`, ageMs);
}

function plantText(dir: string, text: string, ageMs = 0): string {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, `${encodeURIComponent(NAME)}.${randomUUID()}.lock`);
  writeFileSync(file, text);
  const seconds = (Date.now() - ageMs) / 1_000;
  utimesSync(file, seconds, seconds);
  return file;
}

/** No process has it: above the highest number that Linux and macOS give. */
const DEAD_PID = 2 ** 22 + 1;

describe('acquireLock', () => {
  it('makes its folder, stands there as one claim, and leaves nothing when released', async () => {
    const dir = join(makeTempDir('lock'), 'state', 'locks');
    const lock = await acquireLock(options(dir));
    expect(readdirSync(dir)).toHaveLength(1);
    await lock.release();
    await lock.release();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('refuses a second holder at once, and names pid, host, work and time', async () => {
    const dir = makeTempDir('lock');
    const lock = await acquireLock(options(dir));
    const error = await acquireLock(options(dir)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(IngestError);
    expect(error).toMatchObject({
      exit: 'locked',
      message: expect.stringMatching(
        new RegExp(
          `^pid ${process.pid} on ${hostname()} is ingesting phim-01 since \\d{4}-\\d\\d-\\d\\dT[\\d:]{8}Z$`,
        ),
      ),
      fix: expect.stringContaining(`kill ${process.pid}`),
    });
    expect(readdirSync(dir)).toHaveLength(1);
    await lock.release();
  });

  it('locks of other names do not meet', async () => {
    const dir = makeTempDir('lock');
    const names = ['movie:phim-01', 'movie:phim-0', 'movie:phim-01-2', 'sync'];
    const locks = await Promise.all(names.map((name) => acquireLock(options(dir, { name }))));
    expect(readdirSync(dir)).toHaveLength(4);
    await Promise.all(locks.map((lock) => lock.release()));
  });

  it('waits for the holder as long as it is told to', async () => {
    const dir = makeTempDir('lock');
    const first = await acquireLock(options(dir));
    const second = acquireLock(options(dir, { waitMs: HOUR_MS }));
    await first.release();
    await (await second).release();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('gives up waiting when the time is over', async () => {
    const dir = makeTempDir('lock');
    const lock = await acquireLock(options(dir));
    await expect(acquireLock(options(dir, { waitMs: 50 }))).rejects.toMatchObject({
      exit: 'locked',
    });
    await lock.release();
  });

  it('stops waiting when the signal fires, with its reason, and takes its claim back', async () => {
    const dir = makeTempDir('lock');
    const lock = await acquireLock(options(dir));
    const abort = new AbortController();
    const reason = new IngestError('interrupted', { what: 'stopped' });
    const waiting = acquireLock(options(dir, { waitMs: HOUR_MS, signal: abort.signal }));
    abort.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await lock.release();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('of many that come at once exactly one gets it (fault F18)', async () => {
    const dir = makeTempDir('lock');
    const results = await Promise.allSettled(
      Array.from({ length: 12 }, () => acquireLock(options(dir))),
    );
    const winners = results.filter((result) => result.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ exit: 'locked' });
    }
    expect(readdirSync(dir)).toHaveLength(1);
    await winners[0]?.value.release();
  });

  it('names what could leave the folder are refused', async () => {
    for (const name of ['../x', 'a/b', '', 'A', '.', 'x'.repeat(200)]) {
      await expect(acquireLock(options(makeTempDir('lock'), { name }))).rejects.toThrow(
        /not a name/,
      );
    }
  });

  it('a folder that cannot be made is explained', async () => {
    const file = join(makeTempDir('lock'), 'file');
    writeFileSync(file, '');
    await expect(acquireLock(options(join(file, 'locks')))).rejects.toMatchObject({
      exit: 'usage',
      fix: expect.stringContaining('MOVIE_INGEST_STATE_DIR'),
    });
  });
});

describe('a claim that stands there already', () => {
  const dead: [string, Readonly<Record<string, unknown>>, number][] = [
    ['a process that is gone', { pid: DEAD_PID }, 0],
    ['a process whose number another one has now', { startTime: 'another-boot/1' }, 0],
    [
      'another machine, without a heartbeat for 31 minutes',
      { host: 'other', pid: DEAD_PID },
      31 * 60_000,
    ],
    ['a container of the same name, without a heartbeat', { processSpace: 'pid:[1]' }, 31 * 60_000],
  ];
  it.each(dead)('of %s is replaced at once', async (_, change, ageMs) => {
    const dir = makeTempDir('lock');
    const file = await plant(dir, change, ageMs);
    const lock = await acquireLock(options(dir));
    expect(readdirSync(dir)).toHaveLength(1);
    expect(readdirSync(dir)).not.toContain(file);
    await lock.release();
  });

  const living: [string, Readonly<Record<string, unknown>>, number][] = [
    ['a living process', {}, 0],
    ['a living process, whatever the clock says (fault F21)', {}, 240 * HOUR_MS],
    ['a living process, from the future', {}, -240 * HOUR_MS],
    ['a living process whose start nobody noted', { startTime: undefined }, 0],
    [
      'another machine, 29 minutes after its heartbeat',
      { host: 'other', pid: DEAD_PID },
      29 * 60_000,
    ],
    ['a container of the same name', { processSpace: 'pid:[1]', pid: DEAD_PID }, 0],
    ['a newer version, with fields that we do not know', { version: 9, extra: {} }, 0],
  ];
  it.each(living)('of %s is respected', async (_, change, ageMs) => {
    const dir = makeTempDir('lock');
    const file = await plant(dir, change, ageMs);
    await expect(acquireLock(options(dir))).rejects.toMatchObject({ exit: 'locked' });
    expect(readdirSync(dir).map((name) => join(dir, name))).toEqual([file]);
  });

  it('of another machine: the error says which file to remove if the machine is gone', async () => {
    const dir = makeTempDir('lock');
    const file = await plant(dir, { host: 'studio-mac', pid: 7 });
    await expect(acquireLock(options(dir))).rejects.toMatchObject({
      message: 'pid 7 on studio-mac is ingesting phim-01 since 2026-11-22T03:00:00Z',
      fix: expect.stringContaining(file),
    });
  });

  it.each(['', '{', '{"pid":1}\n', '\0\0\0\0', '[]\n'])(
    'unreadable, as a power cut leaves it, is replaced: %j (fault F29)',
    async (text) => {
      const dir = makeTempDir('lock');
      plantText(dir, text);
      const lock = await acquireLock(options(dir));
      expect(readdirSync(dir)).toHaveLength(1);
      await lock.release();
    },
  );

  it('that cannot be read for another reason is not taken for dead', async () => {
    const dir = makeTempDir('lock');
    const file = plantText(dir, '');
    const other = `${file.slice(0, -41)}${randomUUID()}.lock`;
    mkdirSync(other);
    await expect(acquireLock(options(dir))).rejects.toMatchObject({ exit: 'usage' });
    expect(readdirSync(dir).map((name) => join(dir, name))).toContain(other);
  });

  it('half written by a run that was killed is swept away when it is old', async () => {
    const dir = makeTempDir('lock');
    for (const ageMs of [0, 31 * 60_000]) {
      const seconds = (Date.now() - ageMs) / 1_000;
      const draft = join(dir, `sync.${randomUUID()}.lock.draft`);
      writeFileSync(draft, '');
      utimesSync(draft, seconds, seconds);
    }
    const lock = await acquireLock(options(dir));
    await lock.release();
    expect(readdirSync(dir)).toHaveLength(1);
  });
});

describe('without /proc (macOS)', () => {
  const processStartTime = async () => undefined;

  it('a dead process is still replaced at once, a living one respected', async () => {
    const dir = makeTempDir('lock');
    await plant(dir, { pid: DEAD_PID, startTime: undefined });
    const lock = await acquireLock(options(dir, { processStartTime }));
    await expect(acquireLock(options(dir, { processStartTime }))).rejects.toMatchObject({
      exit: 'locked',
    });
    await lock.release();
  });

  it('a living process is respected when its start cannot be read now', async () => {
    const dir = makeTempDir('lock');
    await plant(dir, { startTime: 'Sun Nov 22 03:00:00 2026' });
    await expect(acquireLock(options(dir, { processStartTime }))).rejects.toMatchObject({
      exit: 'locked',
    });
  });

  it('the reader that is given guards against a number that was given away', async () => {
    const dir = makeTempDir('lock');
    await plant(dir, { startTime: 'Sun Nov 22 03:00:00 2026' });
    const lock = await acquireLock(
      options(dir, { processStartTime: async () => 'Sun Nov 22 04:00:00 2026' }),
    );
    const [claim = ''] = readdirSync(dir);
    expect(readFileSync(join(dir, claim), 'utf8')).toContain('Sun Nov 22 04:00:00 2026');
    await lock.release();
  });
});
