import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { type Db, MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import type { MongoOptions } from '../../src/catalog/mongo.ts';
import { openCatalog } from '../../src/catalog/open-catalog.ts';
import { readProcStartTime, thisMachine } from '../../src/lib/process-identity.ts';
import type { Catalog } from '../../src/model/catalog.ts';
import type { Locks } from '../../src/model/lock.ts';
import { until } from '../helpers/until.ts';

const mongod = inject('mongod');
const DB = `leases_${process.pid}`;
const NAME = 'phim-01';
const WHAT = 'ingesting phim-01';

describe.skipIf(mongod === undefined)('promise 4: the lease in MongoDB (fault F18)', () => {
  let client: MongoClient;
  let db: Db;
  const opened: Catalog[] = [];
  const started: ChildProcessWithoutNullStreams[] = [];
  const warnings: string[] = [];

  beforeAll(async () => {
    client = await MongoClient.connect(mongod?.uri ?? '');
    db = client.db(DB);
  });

  afterEach(async () => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
    await Promise.all(opened.splice(0).map((catalog) => catalog.close()));
    await db.dropDatabase();
    warnings.length = 0;
  });

  afterAll(async () => client.close());

  /** As another machine, or as another state folder on this one, would. */
  async function machine(
    more: Partial<MongoOptions> & { uri?: string } = {},
  ): Promise<Locks & { catalog: Catalog }> {
    const { uri = mongod?.uri ?? '', ...rest } = more;
    const options = {
      version: '1',
      onWarning: ({ message }: { message: string }) => void warnings.push(message),
      ...rest,
    };
    const catalog = await openCatalog(
      { kind: 'mongo', uri, db: DB, collection: 'movies' },
      options,
    );
    opened.push(catalog);
    const { leases } = catalog;
    if (leases === undefined) throw new Error('no leases');
    return {
      catalog,
      acquire: (request) => leases.acquire(request),
      held: () => leases.held(),
    };
  }

  const leases = () => db.collection<{ _id: string }>('movies_leases');

  async function plant(change: Readonly<Record<string, unknown>>): Promise<void> {
    const { processSpace } = await thisMachine();
    const now = Date.now();
    const lease = {
      owner: 'somebody',
      pid: process.ppid,
      start_time: await readProcStartTime(process.ppid),
      host: hostname(),
      process_space: processSpace,
      what: WHAT,
      since: new Date(now - 3_600_000),
      expires_at: new Date(now + 60_000),
      ...change,
    };
    await leases().insertOne({ _id: NAME, ...lease });
  }

  async function hold(): Promise<
    Readonly<{ pid: number; lines: Interface; child: ChildProcessWithoutNullStreams }>
  > {
    const worker = join(import.meta.dirname, 'lease-worker.ts');
    const args = ['--import', 'tsx', worker, mongod?.uri ?? '', DB, NAME];
    const child = spawn(process.execPath, args, { cwd: resolve(import.meta.dirname, '../..') });
    child.stderr.pipe(process.stderr);
    started.push(child);
    const lines = createInterface({ input: child.stdout });
    expect(await once(lines, 'line')).toEqual(['held']);
    return { pid: child.pid ?? 0, lines, child };
  }

  test('one machine has it; another is told pid, host, work and since when, or waits', async () => {
    const [here, there] = [await machine(), await machine()];
    const lock = await here.acquire({ name: NAME, what: WHAT });
    expect(await there.held()).toEqual(new Set([NAME]));
    await expect(there.acquire({ name: NAME, what: WHAT })).rejects.toMatchObject({
      exit: 'locked',
      message: expect.stringMatching(
        new RegExp(`^pid ${process.pid} on ${hostname()} is ${WHAT} since \\d{4}-[\\dT:-]+Z$`),
      ),
    });
    const waiting = there.acquire({ name: NAME, what: WHAT, waitMs: 60_000 });
    await lock.demandHeld();
    await lock.release();
    await lock.release();
    await (await waiting).release();
    expect(await leases().countDocuments()).toBe(0);
  });

  test('of twenty that come at once exactly one gets it', async () => {
    const machines = await Promise.all(Array.from({ length: 20 }, () => machine()));
    const results = await Promise.allSettled(
      machines.map((it) => it.acquire({ name: NAME, what: WHAT })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ exit: 'locked' });
    }
  });

  test('a file name with a dollar is a text and no field of the document', async () => {
    const here = await machine();
    const lock = await here.acquire({ name: NAME, what: '$owner' });
    expect(await leases().findOne({ _id: NAME })).toMatchObject({ what: '$owner' });
    await lock.release();
  });

  test('a holder on this machine that was killed is replaced at once', async () => {
    const { child } = await hold();
    await expect((await machine()).acquire({ name: NAME, what: WHAT })).rejects.toMatchObject({
      exit: 'locked',
    });
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    await (await (await machine()).acquire({ name: NAME, what: WHAT })).release();
  });

  test('a process number that another process has now is not taken for the holder', async () => {
    await plant({ start_time: 'another-boot/1' });
    await (await (await machine()).acquire({ name: NAME, what: WHAT })).release();
  });

  test('of another machine: kept while it is renewed, replaced when it is not', async () => {
    await plant({ host: 'studio-mac', pid: 7 });
    await expect((await machine()).acquire({ name: NAME, what: WHAT })).rejects.toMatchObject({
      exit: 'locked',
      message: expect.stringContaining('pid 7 on studio-mac is '),
      fix: expect.stringContaining('60 s after'),
    });
    await leases().updateOne({ _id: NAME }, { $set: { expires_at: new Date(Date.now() - 1) } });
    expect(await (await machine()).held()).toEqual(new Set());
    await (await (await machine()).acquire({ name: NAME, what: WHAT })).release();
  });

  test('a machine that slept through its lease is fenced off when it wakes (fault F20)', async () => {
    const { child, lines } = await hold();
    child.kill('SIGSTOP');
    const there = await machine();
    const lock = await there.acquire({ name: NAME, what: WHAT, waitMs: 60_000 });
    const said = once(lines, 'line');
    child.kill('SIGCONT');
    expect(await said).toEqual(['lost: locked']);
    await lock.demandHeld();
    await lock.release();
  });

  test('a machine that slept while nobody wanted it goes on', async () => {
    const { child } = await hold();
    child.kill('SIGSTOP');
    const isExpired = { _id: NAME, $expr: { $lt: ['$expires_at', '$$NOW'] } };
    await until(async () => (await leases().countDocuments(isExpired)) === 1);
    child.kill('SIGCONT');
    await until(async () => (await leases().countDocuments(isExpired)) === 0);
    expect(child.exitCode).toBeNull();
  });

  test('one that was taken over and given back meanwhile is lost all the same', async () => {
    const here = await machine();
    const lock = await here.acquire({ name: NAME, what: WHAT });
    await leases().deleteOne({ _id: NAME });
    await expect(lock.demandHeld()).rejects.toMatchObject({ exit: 'locked' });
    expect(lock.lost.aborted).toBe(true);
    expect(await leases().countDocuments()).toBe(0);
  });

  test('a lease that nobody gave back is swept by the server after a week', async () => {
    await (await machine()).catalog.check();
    const indexes = await leases().indexes();
    expect(indexes).toContainEqual(
      expect.objectContaining({ key: { expires_at: 1 }, expireAfterSeconds: 604_800 }),
    );
  });
});
