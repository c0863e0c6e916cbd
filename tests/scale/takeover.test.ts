import { MongoClient } from 'mongodb';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { makeBucket } from '../contract/store-bucket.ts';
import { badFfmpeg } from '../helpers/bad-ffmpeg.ts';
import { endMachines, machine } from '../helpers/machine.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { SMALL } from '../helpers/new-user.ts';
import { s3Env } from '../helpers/s3-env.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { until } from '../helpers/until.ts';
import { isMissing } from '../servers/locate.ts';
import { startRedis } from '../servers/redis.ts';

const s3 = inject('s3');
const mongod = inject('mongod');
const hasServers = s3 !== undefined && mongod !== undefined;

/** What issue 7 asks for with the settings that are shipped; figures stand in docs/scale.md. */
const TAKEN_UP_MS = 120_000;
const REDONE_SECONDS = 12;
const SEGMENT_SECONDS = 6;

describe.skipIf(!hasServers || (await isMissing('redis')))('a worker that is killed', () => {
  afterEach(endMachines);

  test('loses its film to another machine within two minutes, which goes on from the bucket', {
    timeout: 600_000,
  }, async () => {
    if (s3 === undefined || mongod === undefined) return;
    const db = `takeover_${process.pid}`;
    const mongo = await MongoClient.connect(mongod.uri);
    const redis = await startRedis({ persists: true });
    const bucket = await makeBucket(s3);
    const store = await openStore(bucket.settings, { concurrency: 4 });
    try {
      const dir = makeTempDir('films');
      const film = await makeClip({ dir, name: 'Phim.mp4', width: 320, height: 180, seconds: 60 });
      const shared = {
        ...s3Env(bucket.settings),
        MONGODB_URI: mongod.uri,
        MONGODB_DB: db,
        MOVIE_INGEST_PRESET: SMALL,
        MOVIE_INGEST_QUEUE: redis.url,
        MOVIE_INGEST_QUEUE_LOCK: '60s',
      };
      const stored = async () => {
        const counts = new Map<string, number>();
        for await (const { key } of store.list('videos/phim/', {})) {
          const rung = /\/(\d+p)\/seg_\d+\.ts$/.exec(key)?.[1];
          if (rung !== undefined) counts.set(rung, (counts.get(rung) ?? 0) + 1);
        }
        return counts.size < 2 ? 0 : Math.min(...counts.values());
      };
      const slow = badFfmpeg('slow');
      const first = await machine({ ...shared, ...slow.env }).worker();
      const handed = await machine(shared).run(['add', film]);
      expect(handed.exitCode, handed.stderr).toBe(0);
      await until(async () => (await stored()) >= 4);
      const works = badFfmpeg('works');
      const second = await machine({ ...shared, ...works.env }).worker();
      first.kill('SIGKILL');
      await first.ended;
      const killedAt = performance.now();
      const whole = await stored();
      // As if it had run elsewhere: nobody here can see that it is dead.
      const leases = mongo.db(db).collection('movies_leases');
      await leases.updateMany({}, { $set: { host: 'another-machine' } });
      const deadline = killedAt + 2 * TAKEN_UP_MS;
      while (works.encodes() === 0 && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      const tookMs = performance.now() - killedAt;
      const movies = mongo.db(db).collection('movies');
      await until(async () => (await movies.countDocuments()) === 1);
      const said = second.said();
      const resumedAt = Number(/segment=(\d+)\//.exec(said)?.[1] ?? 0);
      const redoneSeconds = (whole - resumedAt) * SEGMENT_SECONDS;
      process.stderr.write(
        `P9: taken up after ${(tookMs / 1_000).toFixed(1)} s, ${redoneSeconds} s of ${whole * SEGMENT_SECONDS} s made again\n`,
      );
      expect(works.encodes(), said).toBeGreaterThan(0);
      expect(tookMs).toBeLessThanOrEqual(TAKEN_UP_MS);
      expect(redoneSeconds, said).toBeLessThanOrEqual(REDONE_SECONDS);
      expect((await movies.findOne())?.['revision']).toMatch(/-2$/);
    } finally {
      await endMachines();
      await redis.stop();
      await store.close();
      await mongo.db(db).dropDatabase();
      await mongo.close();
    }
  });
});
