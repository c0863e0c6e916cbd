import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Store } from '../../src/model/store.ts';
import { openStore } from '../../src/store/open-store.ts';
import { makeBucket } from '../contract/store-bucket.ts';
import { badFfmpeg } from '../helpers/bad-ffmpeg.ts';
import { eventsOfType } from '../helpers/events-of.ts';
import { isAlive } from '../helpers/is-alive.ts';
import { encoding, endMachines, type Machine, machine } from '../helpers/machine.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { TINY } from '../helpers/new-user.ts';
import { s3Env } from '../helpers/s3-env.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { until } from '../helpers/until.ts';
import { isMissing } from '../servers/locate.ts';
import { type RedisServer, startRedis } from '../servers/redis.ts';

const s3 = inject('s3');
const mongod = inject('mongod');
const hasServers = s3 !== undefined && mongod !== undefined;

/** What two or three machines with a bucket and MongoDB do, by the commands that people type. */
describe.skipIf(!hasServers || (await isMissing('redis')))(
  'a queue over a bucket and MongoDB',
  () => {
    const dir = makeTempDir('films');
    let redis: RedisServer;
    let mongo: MongoClient;
    let films: readonly string[];
    let tests = 0;
    let store: Store;
    let db: string;

    beforeAll(async () => {
      redis = await startRedis({ persists: true });
      mongo = await MongoClient.connect(mongod?.uri ?? '');
      const made: string[] = [];
      for (const nth of [1, 2, 3]) {
        const name = `Phim 0${nth}.mp4`;
        made.push(await makeClip({ dir, name, width: 160, height: 90, seconds: 12 + nth }));
      }
      films = made;
    });
    afterEach(async () => {
      await endMachines();
      await store.close();
      await mongo.db(db).dropDatabase();
    });
    afterAll(async () => {
      await mongo.close();
      await redis.stop();
    });

    const open = async () => {
      if (s3 === undefined || mongod === undefined) throw new Error('no servers');
      const bucket = await makeBucket(s3);
      store = await openStore(bucket.settings, { concurrency: 4 });
      tests += 1;
      db = `queue_${process.pid}_${tests}`;
      return {
        bucket,
        shared: {
          ...s3Env(bucket.settings),
          MONGODB_URI: mongod.uri,
          MONGODB_DB: db,
          MOVIE_INGEST_PRESET: TINY,
          MOVIE_INGEST_QUEUE: `${redis.url}/${tests}`,
        },
      };
    };
    const keys = async (prefix = '') => {
      const found: string[] = [];
      for await (const { key } of store.list(prefix, {})) found.push(key);
      return found;
    };
    const jobs = async (here: Machine) => {
      const { stdout } = await here.run(['queue', 'ls', '--json']);
      return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
    };
    const movies = () => mongo.db(db).collection('movies');

    test('three workers make three staged films, and leave nothing of them in the inbox', async () => {
      const { shared } = await open();
      const here = machine(shared);
      const gate = join(makeTempDir('gate'), 'open');
      const held = { ...shared, ...badFfmpeg(`waits=${gate}`).env };
      await Promise.all([1, 2, 3].map(() => machine(held).worker()));
      const adding = here.run(['add', '--stage', '--wait', '--json', ...films]);
      const busy = async () => {
        const active = (await jobs(here)).filter(({ state }) => state === 'active');
        return new Set(active.map(({ worker }) => worker)).size;
      };
      await until(async () => (await busy()) === 3); // an idle one takes what waits
      writeFileSync(gate, '');
      const run = await adding;
      expect(run.exitCode, run.stdout).toBe(0);
      expect(eventsOfType(run, 'result')).toMatchObject(
        films.map((file) => ({ file, outcome: 'added' })),
      );
      const documents = await movies().find().sort({ slug: 1 }).toArray();
      expect(documents.map(({ slug, title }) => [slug, title])).toEqual([
        ['phim-01', 'Phim 01'],
        ['phim-02', 'Phim 02'],
        ['phim-03', 'Phim 03'],
      ]);
      expect(await keys('inbox/')).toEqual([]);
      expect(await here.run(['verify', '--all'])).toMatchObject({ exitCode: 0 });
    });

    test('--concurrency 2 makes two films at once', async () => {
      const { shared } = await open();
      const here = machine(shared);
      const worker = await machine({ ...shared, ...badFfmpeg('slow').env }).worker([
        '--concurrency',
        '2',
      ]);
      await here.run(['add', ...films]);
      await until(async () => {
        const active = (await jobs(here)).filter(({ state }) => state === 'active');
        return active.length === 2 && active.every(({ done }) => done > 0);
      });
      const states = (await jobs(here)).map(({ state }) => state);
      expect(states.filter((state) => state === 'active')).toHaveLength(2);
      await until(async () => (await movies().countDocuments()) === films.length);
      expect(worker.said()).not.toMatch(/failed|given back/);
    });

    test('a film that is cancelled leaves nothing that sync --prune does not remove', async () => {
      const { shared, bucket } = await open();
      const ffmpeg = badFfmpeg('endless');
      const slow = machine({ ...shared, ...ffmpeg.env });
      const here = machine(shared);
      const worker = await slow.worker();
      const handed = await here.run(['add', '--stage', ...films.slice(0, 2)]);
      expect(handed.exitCode, handed.stderr).toBe(0);
      await encoding(worker);
      await until(async () => (await keys('videos/')).some((key) => /seg_00001/.test(key)));
      const cancelled = await here.run(['queue', 'cancel', 'phim-01', 'phim-02']);
      expect(cancelled.stdout).toBe(
        'phim-01 is being stopped on its worker\nphim-02 is taken out\n',
      );
      await until(() => ffmpeg.pids().every((pid) => !isAlive(pid)));
      await until(async () => (await jobs(here)).every(({ state }) => state === 'failed'));
      expect(await keys('inbox/')).toEqual([]);
      const left = [slow.env['MOVIE_INGEST_WORK_DIR'], slow.env['MOVIE_INGEST_STATE_DIR']].flatMap(
        (folder) => readdirSync(folder ?? '', { recursive: true, encoding: 'utf8' }),
      );
      expect(left.filter((name) => /\.(ts|mp4)$/.test(name))).toEqual([]);
      for (const _pass of [1, 2]) await here.run(['sync', '--prune', '--grace', '0s']);
      expect(await keys()).toEqual([]);
      expect(await bucket.openUploads()).toBe(0);
      expect(await movies().countDocuments()).toBe(0);
      // Handed in again, it is made.
      worker.kill('SIGTERM');
      await worker.ended;
      await machine(shared).worker();
      const again = await here.run(['add', '--stage', '--wait', films[0] ?? '']);
      expect(again.exitCode, again.stderr).toBe(0);
    });

    test('a staged film that somebody took away fails once, with what to do', async () => {
      const { shared } = await open();
      const here = machine(shared);
      await here.run(['add', '--stage', films[0] ?? '']);
      await store.remove(await keys('inbox/'), {});
      await here.worker();
      await until(async () => (await jobs(here))[0]?.state === 'failed');
      expect((await jobs(here))[0]).toMatchObject({
        failed: 1,
        why: expect.stringContaining('was not found'),
      });
    });

    test('a second SIGTERM stops at once, and the film goes on elsewhere', async () => {
      const { shared } = await open();
      const ffmpeg = badFfmpeg('endless');
      const first = await machine({ ...shared, ...ffmpeg.env }).worker();
      const here = machine(shared);
      await here.run(['add', films[0] ?? '']);
      await encoding(first);
      redis.pause(); // handing over takes longer than somebody has patience for
      first.kill('SIGTERM');
      await until(() => ffmpeg.pids().every((pid) => !isAlive(pid)));
      first.kill('SIGTERM');
      expect(await first.ended).toMatchObject({ exitCode: 143 });
      redis.resume();
      const second = await machine(shared).worker();
      await until(() => /phim-01\/master\.m3u8/.test(second.said()));
      await until(async () => (await movies().countDocuments()) === 1);
    });
  },
);
