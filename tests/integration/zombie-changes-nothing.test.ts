import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readRevision } from '../../src/hls/read-playlist.ts';
import { openStore } from '../../src/store/open-store.ts';
import { makeBucket, type TestBucket } from '../contract/store-bucket.ts';
import { type Holding, type HoldingProxy, startHoldingProxy } from '../helpers/holding-proxy.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { runCli, startCli } from '../helpers/run-cli.ts';
import { s3Env } from '../helpers/s3-env.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const s3 = inject('s3');
const mongod = inject('mongod');

/**
 * Two machines, as two homes on this one. The first is stopped (SIGSTOP: a Mac that sleeps) with a
 * request under way, its leases run out (set to that: nobody waits a minute here), the second takes the
 * film over and publishes it, and then the first wakes and its request goes through.
 */
describe.skipIf(s3 === undefined || mongod === undefined)(
  'promise 2: a zombie changes nothing',
  () => {
    const db = `zombie_${process.pid}`;
    let mongo: MongoClient;
    let film: string;
    const proxies: HoldingProxy[] = [];

    beforeAll(async () => {
      mongo = await MongoClient.connect(mongod?.uri ?? '');
      film = await makeClip({
        dir: makeTempDir('films'),
        name: 'Phim.mp4',
        width: 320,
        height: 180,
        seconds: 20,
      });
    });

    afterAll(async () => {
      for (const proxy of proxies) await proxy.stop();
      await mongo?.db(db).dropDatabase();
      await mongo?.close();
    });

    async function wakeAfterTakeover(holding: Holding, second: readonly string[] = []) {
      if (s3 === undefined) throw new Error('no server');
      await mongo.db(db).dropDatabase();
      const bucket = await makeBucket(s3);
      const proxy = await startHoldingProxy(s3.endpoint, holding);
      proxies.push(proxy);
      const env = { ...s3Env(bucket.settings), MONGODB_URI: mongod?.uri ?? '', MONGODB_DB: db };
      const ours = { ...env, HOME: makeTempDir('home') };
      const args = ['add', film, '--preset', 'fast', '--json'];
      const zombie = startCli(args, {
        env: { ...env, S3_ENDPOINT: proxy.endpoint, HOME: makeTempDir('home') },
      });
      try {
        await Promise.race([proxy.held, zombie.then(({ stdout }) => expect.unreachable(stdout))]);
        zombie.kill('SIGSTOP');
        await mongo
          .db(db)
          .collection('movies_leases')
          .updateMany({}, [{ $set: { expires_at: new Date(0) } }]);
        const next = await runCli([...args, ...second], { env: ours });
        expect(next.exitCode, next.stdout).toBe(0);
        const before = await whatReadersGet(bucket);
        proxy.release();
        await proxy.settled;
        zombie.kill('SIGCONT');
        const woken = await zombie;
        expect(woken.exitCode, woken.stdout).toBe(11);
        expect(await whatReadersGet(bucket)).toEqual(before);
        return { bucket, env: ours, before, settled: await proxy.settled, next, woken };
      } finally {
        zombie.kill('SIGCONT');
        zombie.kill('SIGKILL');
        await zombie;
      }
    }

    async function whatReadersGet({ settings }: TestBucket) {
      const store = await openStore(settings, { concurrency: 4 });
      const body = async (key: string) => (await store.get(key, {}))?.toString('base64');
      const master = (await store.get('videos/phim/master.m3u8', {}))?.toString();
      const revision = master && readRevision(master);
      const objects = [];
      for await (const { key, md5 } of store.list(`videos/phim/${revision}/`, {})) {
        objects.push([key, md5]);
      }
      await store.close();
      const document = await mongo.db(db).collection('movies').findOne({ slug: 'phim' });
      expect(document?.['revision']).toBe(revision);
      return { master, revision, objects, document, poster: await body('posters/phim.jpg') };
    }

    async function verifyAndPrune({ env }: Readonly<{ env: Record<string, string> }>) {
      const verified = await runCli(['verify', 'phim', '--json'], { env });
      expect(verified.exitCode, verified.stdout).toBe(0);
      for (const _pass of [1, 2]) {
        const pruned = await runCli(['sync', '--prune', '--grace', '0s', '--json'], { env });
        expect(pruned.exitCode, pruned.stdout).toBe(0);
      }
    }

    async function revisionsIn({ settings }: TestBucket): Promise<readonly string[]> {
      const store = await openStore(settings, { concurrency: 4 });
      const names = new Set<string>();
      for await (const { key } of store.list('videos/phim/', {}))
        names.add(key.split('/')[2] ?? '');
      await store.close();
      return [...names];
    }

    test('that was stopped with a segment on its way: the segments of the next one are its own', async () => {
      const done = await wakeAfterTakeover({
        which: (line) =>
          /^PUT .*\/180p\/seg_0000[34]\.ts/.test(line) || /^PUT .*360p.*00002/.test(line),
        what: 'request',
      });
      expect(done.settled).toBe(200);
      expect(done.before.revision).toMatch(/^r-[0-9a-f]+-2$/);
      // What was whole was copied in the bucket, not encoded again.
      expect(done.next.stdout).toContain('"type":"resumed"');
      expect(await revisionsIn(done.bucket)).toHaveLength(3);
      await verifyAndPrune(done);
      expect(await revisionsIn(done.bucket)).toEqual(['master.m3u8', done.before.revision]);
    });

    test('that was stopped between its last question and its master.m3u8: it is refused by the store', async () => {
      const done = await wakeAfterTakeover(
        { which: (line) => /^PUT .*\/master\.m3u8/.test(line), what: 'request' },
        ['--force'],
      );
      expect(done.settled).toBe(412);
      await verifyAndPrune(done);
    });

    test('that was stopped before it heard that its master.m3u8 is in: the next one replaces it', async () => {
      const done = await wakeAfterTakeover(
        { which: (line) => /^PUT .*\/master\.m3u8/.test(line), what: 'answer' },
        ['--force'],
      );
      expect(done.settled).toBe(200);
      await verifyAndPrune(done);
    });

    test('that was stopped with its poster or its manifest on the way', async () => {
      const poster = await wakeAfterTakeover({
        which: (line) => /^PUT .*\/posters\/phim\.jpg/.test(line),
        what: 'request',
      });
      expect(poster.settled).toBe(412);
      const manifest = await wakeAfterTakeover({
        which: (line) => /^PUT .*\/manifest\.json/.test(line),
        what: 'request',
      });
      expect(manifest.before.revision).toMatch(/-2$/);
      await verifyAndPrune(manifest);
    });
  },
);
