import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { stageFilm } from '../../src/ingest/stage-film.ts';
import { fingerprintFile } from '../../src/lib/fingerprint-file.ts';
import { openStore } from '../../src/store/open-store.ts';
import { patient } from '../../src/store/retry.ts';
import { makeBucket, type TestBucket } from '../contract/store-bucket.ts';
import { eventsOf } from '../helpers/events-of.ts';
import { type FaultProxy, startFaultProxy } from '../helpers/fault-proxy.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { runCli, startCli } from '../helpers/run-cli.ts';
import { s3Env } from '../helpers/s3-env.ts';
import { makeFastTempDir, makeTempDir } from '../helpers/temp-dir.ts';
import { until } from '../helpers/until.ts';

const s3 = inject('s3');
const MIB = 1_048_576;
const KEY = 'new films/Phim 01 (2024) = "é" %20.mp4';

describe.skipIf(s3 === undefined)('add s3://bucket/key', () => {
  let films: TestBucket;
  let target: TestBucket;
  let proxy: FaultProxy;
  let clip: string;
  let env: Record<string, string>;
  let scratch: string;

  const put = async (key: string, path: string) => {
    // As another program would, with a key that is none of ours: the server keeps keys as paths.
    const store = await openStore(films.settings, { concurrency: 4 });
    await store.put(
      {
        key: 'staged',
        body: { path, bytes: statSync(path).size },
        contentType: 'video/mp4',
        cacheControl: 'no-store',
      },
      {},
    );
    const { S3Client, CopyObjectCommand } = await import('@aws-sdk/client-s3');
    const { endpoint, region, accessKeyId, secretAccessKey, bucket } = films.settings;
    const client = new S3Client({
      endpoint,
      region,
      credentials: { accessKeyId, secretAccessKey },
      forcePathStyle: true,
    });
    await client.send(
      new CopyObjectCommand({ Bucket: bucket, Key: key, CopySource: `${bucket}/staged` }),
    );
    client.destroy();
    await store.close();
  };
  const address = (key: string) => `s3://${films.settings.bucket}/${key}`;
  const add = (key: string, args: readonly string[] = []) =>
    runCli(['add', address(key), '--json', '--preset', 'fast', '--scratch', scratch, ...args], {
      env,
    });
  const fetches = () => proxy.requests.filter(({ url }) => url.includes('Phim')).length;

  beforeAll(async () => {
    if (s3 === undefined) return;
    films = await makeBucket(s3);
    target = await makeBucket(s3);
    proxy = await startFaultProxy(s3.endpoint);
    scratch = join(makeFastTempDir('scratch'), 'deep', 'er');
    const dir = makeFastTempDir('films');
    clip = await makeClip({ dir, width: 320, height: 180, seconds: 4 });
    env = { ...s3Env(target.settings), S3_ENDPOINT: proxy.endpoint, HOME: makeTempDir('home') };
    await put(KEY, clip);
  }, 120_000);

  afterAll(() => proxy?.stop());

  test('fetches the film, publishes it under its own name, and removes the copy', async () => {
    const { exitCode, stdout } = await add(KEY);
    expect(exitCode, stdout).toBe(0);
    const events = eventsOf({ stdout });
    const bytes = statSync(clip).size;
    expect(events.find(({ type }) => type === 'downloaded')).toMatchObject({
      file: address(KEY),
      bytes,
      keptBytes: 0,
    });
    expect(events.at(-1)).toMatchObject({
      type: 'result',
      file: address(KEY),
      slug: 'phim-01-2024-e-20',
      source_bytes: bytes,
    });
    expect(existsSync(scratch)).toBe(false);
  });

  test('knows by three reads that a film is in, and fetches nothing', async () => {
    const before = fetches();
    const { exitCode, stdout } = await add(KEY);
    expect(exitCode).toBe(0);
    const types = eventsOf({ stdout }).map(({ type }) => type);
    expect(types).not.toContain('downloaded');
    expect(eventsOf({ stdout }).at(-1)).toMatchObject({ outcome: 'unchanged' });
    expect(fetches() - before).toBeLessThanOrEqual(4); // a HEAD, and the first, middle and last MiB
  });

  test('promise 4: a download that was killed is gone on with', async () => {
    const large = join(makeFastTempDir('films'), 'large.mp4');
    copyFileSync(clip, large);
    await appendFile(large, paddingOf(100 * MIB - statSync(clip).size));
    await put('Phim large.mp4', large);
    let ranged = 0;
    // The first 64 MiB and the fingerprint get through, then nothing does.
    proxy.fail(({ method, url }) => {
      if (method !== 'GET' || !url.includes('large')) return undefined;
      ranged += 1;
      return ranged > 3 + 10 ? 'silence' : undefined;
    });
    const args = ['add', address('Phim large.mp4'), '--json', '--preset', 'fast'];
    const killed = startCli([...args, '--scratch', scratch], { env });
    const copy = () => {
      const [dir] = existsSync(scratch) ? readdirSync(scratch) : [];
      return dir === undefined ? 0 : (stat(join(scratch, dir, 'Phim large.mp4')) ?? 0);
    };
    await until(() => copy() >= 64 * MIB);
    killed.kill('SIGKILL');
    await killed;
    proxy.fail(() => undefined);
    const { exitCode, stdout } = await add('Phim large.mp4');
    expect(exitCode, stdout).toBe(0);
    const events = eventsOf({ stdout });
    const downloaded = events.find(({ type }) => type === 'downloaded');
    expect(downloaded).toMatchObject({ bytes: 100 * MIB, keptBytes: 64 * MIB });
    const first = events.find(({ type }) => type === 'download.progress');
    expect(first).toMatchObject({ totalBytes: 100 * MIB });
    expect(existsSync(scratch)).toBe(false);
  });

  test('what was altered on the scratch disk since is not encoded', async () => {
    const other = await makeClip({ dir: makeFastTempDir('films'), seconds: 2, width: 320 });
    await put('Phim other.mp4', other);
    // A disk that lies: the file has the size of the film, and zeros in it.
    const dir = join(scratch, (await fingerprintFile(other)).slice(3, 35));
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'Phim other.mp4'), Buffer.alloc(statSync(other).size));
    const { exitCode, stdout } = await add('Phim other.mp4');
    expect(exitCode).toBe(6);
    expect(eventsOf({ stdout }).at(-1)).toMatchObject({
      type: 'error',
      message: expect.stringContaining('did not arrive as it is'),
    });
    expect((await add('Phim other.mp4')).exitCode).toBe(0);
  });

  test('a staged film is sent once, made under its own name, and leaves the inbox; what is left there sync --prune takes', async () => {
    const own = { ...env, S3_ENDPOINT: films.settings.endpoint };
    const path = await makeClip({
      dir: makeFastTempDir('films'),
      name: 'Đợi (2024).mp4',
      seconds: 2,
    });
    const store = patient(await openStore(target.settings, { concurrency: 4 }));
    const context = { store, report: () => {}, signal: AbortSignal.timeout(60_000) };
    const content = { bytes: statSync(path).size, fingerprint: await fingerprintFile(path) };
    const inbox = async () => {
      const keys: string[] = [];
      for await (const { key } of store.list('inbox/', {})) keys.push(key);
      return keys;
    };
    const first = await stageFilm(path, { ...content, remote: undefined }, context);
    expect(first).toMatchObject({ fileName: 'Đợi (2024).mp4', wasThere: false });
    expect(await inbox()).toEqual([expect.stringMatching(/^inbox\/[0-9a-f]{32}\/doi-2024\.mp4$/)]);
    const again = await stageFilm(path, { ...content, remote: undefined }, context);
    expect(again).toEqual({ ...first, wasThere: true });
    const added = await runCli(['add', first.address, '--preset', 'fast', '--json'], { env: own });
    expect(added.exitCode, added.stdout).toBe(0);
    expect(await inbox()).toEqual([]);

    await stageFilm(path, { ...content, remote: undefined }, context);
    await store.put(
      {
        key: 'inbox/mine.mp4',
        body: Buffer.from('mine'),
        contentType: 'video/mp4',
        cacheControl: '',
      },
      {},
    );
    const check = await runCli(['sync', '--check', '--grace', '0s', '--json'], { env: own });
    expect(check.stdout).toContain('"row":16');
    const pruned = await runCli(['sync', '--prune', '--grace', '0s', '--json'], { env: own });
    expect(pruned.exitCode, pruned.stdout).toBe(0);
    expect(await inbox()).toEqual(['inbox/mine.mp4']);
    await store.close();
  });

  test('a film that is not there, a bucket that is not there, and an address that is none are told', async () => {
    const absent = await add('nobody.mp4');
    expect(absent.exitCode).toBe(4);
    expect(eventsOf(absent).at(-1)).toMatchObject({
      message: expect.stringContaining('nobody.mp4 was not found'),
    });
    const strange = await runCli(['add', 's3://no-such-bucket-anywhere/a.mp4', '--json'], { env });
    expect(strange.exitCode).toBe(6);
    expect(eventsOf(strange).at(-1)).toMatchObject({
      message: expect.stringMatching(/no-such-bucket-anywhere.*NoSuchBucket/),
    });
    const folder = await runCli(['add', address('')], { env });
    expect(folder.exitCode).toBe(2);
    const noBucket = await runCli(['add', address(KEY)], { env: { HOME: makeTempDir('home') } });
    expect(noBucket.exitCode).toBe(2);
    expect(noBucket.stderr).toContain('the store is a folder');
  });
});

/** An MP4 box that readers pass over. */
function paddingOf(bytes: number): Buffer {
  const box = Buffer.alloc(bytes);
  box.writeUInt32BE(bytes, 0);
  box.write('free', 4);
  return box;
}

function stat(path: string): number | undefined {
  return existsSync(path) ? statSync(path).size : undefined;
}
