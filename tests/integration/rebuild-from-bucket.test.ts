import { EJSON } from 'bson';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Store } from '../../src/model/store.ts';
import { openStore } from '../../src/store/open-store.ts';
import { makeBucket, type TestBucket } from '../contract/store-bucket.ts';
import { type CountingProxy, startCountingProxy } from '../helpers/counting-proxy.ts';
import { eventsOfType } from '../helpers/events-of.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { TINY } from '../helpers/new-user.ts';
import { type CliResult, runMain } from '../helpers/run-cli.ts';
import { s3Env } from '../helpers/s3-env.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const s3 = inject('s3');
const mongod = inject('mongod');

/** Two films in a real bucket and a real MongoDB; then one of the two loses something. */
describe.skipIf(s3 === undefined || mongod === undefined)(
  'a library in a bucket and MongoDB',
  () => {
    const db = `rebuild_${process.pid}`;
    const films = makeTempDir('films');
    let bucket: TestBucket;
    let store: Store;
    let proxy: CountingProxy;
    let mongo: MongoClient;
    let env: Record<string, string>;

    const movies = () => mongo.db(db).collection('movies', { promoteValues: false });
    const run = (...args: string[]) => runMain([...args, '--json'], { env });
    const found = (result: CliResult) =>
      eventsOfType(result, 'difference').filter(({ mark }) => mark !== '=');
    const dump = async () =>
      (
        await movies()
          .find({}, { sort: { slug: 1 } })
          .toArray()
      ).map((it) => EJSON.serialize(it, { relaxed: false }));
    const keysOf = async (slug: string) => {
      const keys: string[] = [];
      for await (const { key } of store.list(`videos/${slug}/`, {})) keys.push(key);
      return keys;
    };

    beforeAll(async () => {
      if (s3 === undefined || mongod === undefined) return;
      bucket = await makeBucket(s3);
      store = await openStore(bucket.settings, { concurrency: 4 });
      proxy = await startCountingProxy(s3.endpoint);
      mongo = await MongoClient.connect(mongod.uri);
      env = {
        HOME: makeTempDir('home'),
        MOVIE_INGEST_PRESET: TINY,
        ...s3Env(bucket.settings),
        S3_ENDPOINT: proxy.endpoint,
        MONGODB_URI: mongod.uri,
        MONGODB_DB: db,
      };
      for (const name of ['Phim Một (2021).mp4', 'phim-2.mp4']) {
        const seconds = name.startsWith('phim') ? 2 : 1;
        const film = await makeClip({ dir: films, name, width: 160, height: 90, seconds });
        const added = await run('add', film);
        expect(added.exitCode, added.stdout).toBe(0);
      }
    });

    afterAll(async () => {
      await mongo?.db(db).dropDatabase();
      await mongo?.close();
      await proxy?.stop();
    });

    test('promise 6: a database that is lost comes back from the bucket alone, equal in every field', async () => {
      await movies().updateOne(
        { slug: 'phim-2' },
        { $set: { title: 'Sửa tay', genres: ['Drama'] } },
      );
      expect((await run('edit', 'phim-mot-2021', '--title', 'Phim Một!')).exitCode).toBe(0);
      expect((await run('sync')).exitCode).toBe(0);
      const before = await dump();
      await mongo.db(db).dropDatabase();
      const puts = proxy.count('PUT');
      const rebuilt = await run('sync', '--rebuild');
      expect([rebuilt.exitCode, found(rebuilt).map(({ row }) => row)]).toEqual([0, [2, 2]]);
      expect(await dump()).toEqual(before);
      expect(before).toMatchObject([
        { slug: 'phim-2', title: 'Sửa tay', genres: ['Drama'] },
        { slug: 'phim-mot-2021', title: 'Phim Một!', version: { $numberInt: '2' } },
      ]);
      expect(proxy.count('PUT')).toBe(puts);
      const indexes = await movies().indexes();
      expect(indexes.map(({ name }) => name)).toContain('slug_unique');
    });

    test('verify and sync cost a few listings, one read per film, and no write', async () => {
      // Films, posters, and the first word with the store; sync looks into the inbox as well.
      for (const [args, lists] of [
        [['verify', '--all'], 3],
        [['sync'], 4],
      ] as const) {
        const before = proxy.requests.length;
        const result = await run(...args);
        expect([result.exitCode, found(result)]).toEqual([0, []]);
        const asked = proxy.requests.slice(before);
        const listings = asked.filter((line) => line.includes('list-type=2'));
        const reads = asked.filter(
          (line) => line.startsWith('GET ') && !line.includes('?list-type'),
        );
        const films = reads.filter((line) => !line.includes('uploads'));
        expect([listings.length, films.length]).toEqual([lists, 2]);
        expect(asked.filter((line) => !line.startsWith('GET '))).toEqual([]);
      }
    });

    /** As another program with a key to the bucket would do it. */
    test.each([
      ['object missing', removeObject],
      ['object damaged', damageObject],
      ['stray object', (key: string) => putOther(`${key}.ts`, 3)],
      ['master missing', () => removeObject('videos/phim-2/master.m3u8')],
      ['poster missing', () => removeObject('posters/phim-2.jpg')],
    ] as const)('%s is found, by the listing alone', async (kind, damage) => {
      const [key = ''] = (await keysOf('phim-2')).filter((it) => it.endsWith('seg_00000.ts'));
      const whole = await snapshot('phim-2');
      await damage(key);
      try {
        const gets = proxy.count('GET');
        const result = await run('verify', '--all');
        expect([result.exitCode, found(result)[0]?.kind]).toEqual([10, kind]);
        expect(proxy.count('GET') - gets).toBeLessThanOrEqual(5);
      } finally {
        await restore('phim-2', whole);
      }
      expect((await run('verify', '--all', '--deep')).exitCode).toBe(0);
    });

    test('wrong headers are found and corrected when it is asked for; the bytes stay', async () => {
      const [key = ''] = (await keysOf('phim-2')).filter((it) => it.endsWith('seg_00000.ts'));
      await store.relabel(key, { contentType: 'text/plain', cacheControl: 'no-store' }, {});
      const check = await run('sync', '--check', '--fix-headers');
      expect([check.exitCode, found(check)]).toMatchObject([10, [{ row: 11, key, done: false }]]);
      expect((await run('sync', '--fix-headers')).exitCode).toBe(0);
      expect(await bucket.headers(key)).toEqual({
        contentType: 'video/mp2t',
        cacheControl: 'public, max-age=31536000, immutable',
      });
      expect((await run('verify', '--all', '--deep')).exitCode).toBe(0);
    });

    test('an upload in parts that was never finished is told, and taken back with --prune', async () => {
      await bucket.beginUpload('videos/phim-2/r-0000000000/90p/film.mp4');
      expect(found(await run('sync', '--prune'))).toEqual([]); // begun a moment ago
      expect(found(await run('sync', '--grace', '0s'))).toMatchObject([{ row: 7, done: false }]);
      expect(found(await run('sync', '--prune', '--grace', '0s'))).toMatchObject([
        { row: 7, done: true },
      ]);
      expect(await bucket.openUploads()).toBe(0);
    });

    test('promise 5: MongoDB refuses after the encode: exit 7, the film is safe, sync delivers it', async () => {
      const clip = { width: 160, height: 90, seconds: 3 };
      const film = await makeClip({ dir: films, name: 'phim-3.mp4', ...clip });
      // Refused for good, so that nobody waits: a server that is away is tried for half a minute.
      await mongo.db(db).command({ collMod: 'movies', validator: { $nor: [{ slug: 'phim-3' }] } });
      const added = await run('add', film, '--title', 'Ba');
      expect(added.exitCode, added.stdout).toBe(7);
      const { fix } = eventsOfType(added, 'error')[0] ?? {};
      expect(fix).toContain('movie-ingest sync');
      expect(await store.get('videos/phim-3/master.m3u8', {})).toBeDefined();
      expect((await run('sync')).exitCode).toBe(7);
      await mongo.db(db).command({ collMod: 'movies', validator: {} });
      const puts = proxy.count('PUT');
      const synced = await run('sync');
      expect([synced.exitCode, found(synced)]).toMatchObject([
        0,
        [{ slug: 'phim-3', row: 1, mark: '+', done: true }],
      ]);
      expect(proxy.count('PUT')).toBe(puts);
      expect(await movies().findOne({ slug: 'phim-3' })).toMatchObject({ title: 'Ba' });
      const again = await run('sync', '--check');
      expect([again.exitCode, found(again)]).toEqual([0, []]);
    });

    async function putOther(key: string, bytes: number): Promise<void> {
      const headers = { contentType: 'video/mp2t', cacheControl: 'no-store' };
      await store.put({ key, body: Buffer.alloc(bytes, 'x'), ...headers }, {});
    }

    async function damageObject(key: string): Promise<void> {
      await putOther(key, (await store.get(key, {}))?.length ?? 0);
    }

    async function removeObject(key: string): Promise<void> {
      await store.remove([key], {});
    }

    async function snapshot(slug: string): Promise<ReadonlyMap<string, Buffer>> {
      const objects = new Map<string, Buffer>();
      for (const key of [...(await keysOf(slug)), `posters/${slug}.jpg`]) {
        objects.set(key, (await store.get(key, {})) ?? Buffer.alloc(0));
      }
      return objects;
    }

    async function restore(slug: string, whole: ReadonlyMap<string, Buffer>): Promise<void> {
      const strays = (await keysOf(slug)).filter((key) => !whole.has(key));
      await store.remove(strays, {});
      for (const [key, body] of whole) {
        await store.put({ key, body, contentType: 'video/mp2t', cacheControl: 'no-store' }, {});
      }
      expect((await run('sync', '--fix-headers')).exitCode).toBe(0);
    }
  },
);
