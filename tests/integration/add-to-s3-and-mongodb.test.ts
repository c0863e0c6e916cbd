import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Manifest } from '../../src/model/manifest.ts';
import { openStore } from '../../src/store/open-store.ts';
import { makeBucket, type TestBucket } from '../contract/store-bucket.ts';
import { type CountingProxy, startCountingProxy } from '../helpers/counting-proxy.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { readFrameNumbers } from '../helpers/read-frame-numbers.ts';
import { type CliResult, runCli } from '../helpers/run-cli.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const s3 = inject('s3');
const mongod = inject('mongod');
const signal = AbortSignal.timeout(300_000);

/** A film of 20 s at 24 in two languages, to a real S3 server and a real MongoDB, by the real command. */
describe.skipIf(s3 === undefined || mongod === undefined)('add to S3 and MongoDB', () => {
  const db = `add_${process.pid}`;
  let bucket: TestBucket;
  let proxy: CountingProxy;
  let film: string;
  let added: CliResult;
  let env: Record<string, string>;
  let mongo: MongoClient;

  const movies = () => mongo.db(db).collection('movies');
  const openBucket = () => openStore(bucket.settings, { concurrency: 4 });
  const object = async (key: string) =>
    (await (await openBucket()).get(key, { signal }))?.toString();
  const listing = async (prefix = '') => {
    const keys: string[] = [];
    for await (const { key } of (await openBucket()).list(prefix, { signal })) keys.push(key);
    return keys;
  };

  beforeAll(async () => {
    if (s3 === undefined || mongod === undefined) return;
    bucket = await makeBucket(s3);
    proxy = await startCountingProxy(s3.endpoint);
    mongo = await MongoClient.connect(mongod.uri);
    film = await makeClip({
      dir: makeTempDir('films'),
      name: 'Đất Rừng Phương Nam (2023).mp4',
      width: 1280,
      height: 534,
      seconds: 20,
      audio: [{ language: 'vie' }, { language: 'eng', isDefault: true }],
    });
    env = {
      HOME: makeTempDir('home'),
      S3_ENDPOINT: proxy.endpoint,
      S3_REGION: 'auto',
      S3_BUCKET: bucket.settings.bucket,
      S3_ACCESS_KEY_ID: s3.accessKeyId,
      S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
      S3_PUBLIC_URL: 'https://media.example.com',
      MONGODB_URI: mongod.uri,
      MONGODB_DB: db,
    };
    added = await runCli(['add', film, '--preset', 'fast'], { env });
  }, 300_000);

  afterAll(async () => {
    await mongo?.db(db).dropDatabase();
    await mongo?.close();
    await proxy?.stop();
  });

  test('promise 3: it ends with 0 and prints the URL alone on stdout', () => {
    expect({ exitCode: added.exitCode, stdout: added.stdout }, added.stderr).toEqual({
      exitCode: 0,
      stdout: 'https://media.example.com/videos/dat-rung-phuong-nam-2023/master.m3u8\n',
    });
  });

  test('promise 1: the document has the names, places and types of the contract', async () => {
    const movie = await movies().findOne({ slug: 'dat-rung-phuong-nam-2023' });
    expect(movie).toMatchObject({
      title: 'Đất Rừng Phương Nam',
      year: 2023,
      description: '',
      thumbnail_url: 'https://media.example.com/posters/dat-rung-phuong-nam-2023.jpg',
      hls_url: 'https://media.example.com/videos/dat-rung-phuong-nam-2023/master.m3u8',
      metadata: { duration: '00:00:20', resolutions: ['360p', '720p'], codec: 'h264' },
      status: 'ready',
      audio_tracks: [
        { language: 'vi', label: 'Tiếng Việt', default: false },
        { language: 'en', label: 'English', default: true },
      ],
    });
    expect(movie?.['_id']).toHaveProperty('_bsontype', 'ObjectId');
    expect(movie?.['created_at']).toBeInstanceOf(Date);
    const types = await movies()
      .aggregate([
        { $project: { size: { $type: '$source.size' }, bytes: { $type: '$storage.bytes' } } },
      ])
      .next();
    expect(types).toMatchObject({ size: 'long', bytes: 'long' });
  });

  test('every object of the manifest is in the bucket, and nothing else is', async () => {
    const [manifestKey] = (await listing('videos/')).filter((key) => key.endsWith('manifest.json'));
    const manifest: Manifest = JSON.parse((await object(manifestKey ?? '')) ?? '');
    const inBucket = (await listing()).filter((key) => !key.includes('.movie-ingest-probe'));
    expect(inBucket).toEqual(
      [
        ...manifest.objects.map(({ key }) => key),
        manifestKey,
        'videos/dat-rung-phuong-nam-2023/master.m3u8',
      ].sort(),
    );
  });

  test('promise 2: the master is put last, once, after everything that it leads to', () => {
    const puts = proxy.requests.filter(
      (line) => line.startsWith('PUT ') && !line.includes('probe'),
    );
    expect(puts.at(-1)).toContain('/videos/dat-rung-phuong-nam-2023/master.m3u8');
    expect(puts.at(-2)).toContain('/manifest.json');
    expect(new Set(puts).size).toBe(puts.length);
  });

  test('segments are sent while the film is still being encoded', () => {
    const firstSegment = proxy.requests.findIndex((line) => /^PUT .*seg_00000\.ts/.test(line));
    const lastSegment = proxy.requests.findLastIndex((line) => /^PUT .*seg_0000\d\.ts/.test(line));
    const order = proxy.requests.slice(firstSegment, lastSegment + 1);
    // In step over all renditions: no rendition is finished before another has begun.
    expect(order.findIndex((line) => line.includes('720p/seg_00000'))).toBeLessThan(
      order.findIndex((line) => line.includes('360p/seg_00003')),
    );
  });

  test('types and cache times are those of their kind', async () => {
    const [segment = ''] = (await listing()).filter((key) => key.endsWith('720p/seg_00000.ts'));
    expect(await bucket.headers(segment)).toEqual({
      contentType: 'video/mp2t',
      cacheControl: 'public, max-age=31536000, immutable',
    });
    expect(await bucket.headers('videos/dat-rung-phuong-nam-2023/master.m3u8')).toEqual({
      contentType: 'application/vnd.apple.mpegurl',
      cacheControl: 'public, max-age=60, s-maxage=60',
    });
    expect(await bucket.headers('posters/dat-rung-phuong-nam-2023.jpg')).toMatchObject({
      contentType: 'image/jpeg',
    });
  });

  test('every picture of the film is there once and in order, in every rung', async () => {
    const dir = await downloadRevision();
    for (const rung of ['360p', '720p']) {
      expect(await readFrameNumbers(`${dir}/${rung}/index.m3u8`)).toEqual(
        Array.from({ length: 480 }, (_, number) => number),
      );
    }
  });

  test('promise 4: the second add changes nothing, with no PUT and no DELETE', async () => {
    const before = await movies().findOne({});
    const already = { puts: proxy.count('PUT'), deletes: proxy.count('DELETE') };
    const again = await runCli(['add', film, '--preset', 'fast'], { env });
    expect({ ...again, stderr: '' }).toEqual({ exitCode: 0, stdout: added.stdout, stderr: '' });
    expect({ puts: proxy.count('PUT'), deletes: proxy.count('DELETE') }).toEqual(already);
    expect(await movies().findOne({})).toEqual(before);
  });

  test('promise 5: a document that was lost comes back without encoding, with no PUT', async () => {
    await movies().deleteMany({});
    const puts = proxy.count('PUT');
    const again = await runCli(['add', film, '--preset', 'fast', '--json'], { env });
    expect(JSON.parse(again.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
      type: 'result',
      outcome: 'updated',
    });
    expect(proxy.count('PUT')).toBe(puts);
    expect(await movies().countDocuments({ slug: 'dat-rung-phuong-nam-2023' })).toBe(1);
  });

  test('promise 5: fields of others and created_at outlive --force; the old revision stays', async () => {
    await movies().updateOne({}, { $set: { _class: 'com.example.Movie', views: 7, title: 'Sửa' } });
    const before = await movies().findOne({});
    const revisions = async () =>
      (await listing('videos/')).filter((key) => key.endsWith('manifest.json'));
    const [first] = await revisions();
    const again = await runCli(['add', film, '--preset', 'fast', '--force'], { env });
    expect(again.exitCode, again.stderr).toBe(0);
    expect(await revisions()).toEqual([first, first?.replace('/manifest', '-2/manifest')].sort());
    const after = await movies().findOne({});
    expect(after).toMatchObject({
      _id: before?._id,
      views: 7,
      _class: 'com.example.Movie',
      title: 'Sửa',
    });
    expect(after?.['created_at']).toEqual(before?.['created_at']);
    expect(after?.['revision']).toBe(`${before?.['revision']}-2`);
  }, 300_000);

  /** The first revision of the bucket as files, for ffmpeg to read. */
  async function downloadRevision(): Promise<string> {
    const { mkdirSync, writeFileSync } = await import('node:fs');
    const { dirname, join } = await import('node:path');
    const dir = makeTempDir('download');
    const store = await openBucket();
    for (const key of await listing('videos/')) {
      const path = join(dir, key.split('/').slice(3).join('/') || 'master.m3u8');
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, (await store.get(key, { signal })) ?? '');
    }
    return dir;
  }
});
