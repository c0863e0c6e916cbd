import { createHash, randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { checkStore } from '../../src/store/check-store.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { BucketSettings } from '../../src/store/providers.ts';
import { patient } from '../../src/store/retry.ts';
import { startTcpProxy } from '../helpers/tcp-proxy.ts';
import { all, request, storeContract } from './store.contract.ts';
import { makeBucket, type TestBucket } from './store-bucket.ts';

const access = inject('s3');
const MIB = 1_048_576;
const md5Of = (bytes: Buffer) => createHash('md5').update(bytes).digest('hex');

describe.skipIf(access === undefined)('S3, a real server', () => {
  let bucket: TestBucket;
  beforeAll(async () => {
    if (access !== undefined) bucket = await makeBucket(access);
  });
  const open = async (wrong: Partial<BucketSettings> = {}) => {
    if (access === undefined) throw new Error('no server');
    return openStore({ ...bucket.settings, ...wrong } as BucketSettings, { concurrency: 16 });
  };

  storeContract('S3', async () => open((await otherBucket()).settings));
  storeContract('S3, patient', async () =>
    patient(await open((await otherBucket()).settings), { random: () => 0 }),
  );

  it('Content-Type and Cache-Control come back, of small objects and of large ones', async () => {
    const store = await open();
    for (const [key, bytes] of [
      ['headers/small.ts', 10],
      ['headers/large.ts', 65 * 1_048_576],
    ] as const) {
      await store.put(request(key, Buffer.alloc(bytes)), {});
      expect(await bucket.headers(key)).toEqual({
        contentType: 'video/mp2t',
        cacheControl: 'public, max-age=60',
      });
    }
  });

  it('the MD5 of a single PUT is listed; that of an object in parts is not known', async () => {
    const store = await open();
    const small = await store.put(request('md5/a-small.ts', randomBytes(1_000)), {});
    const large = await store.put(request('md5/b-large.mp4', Buffer.alloc(65 * 1_048_576)), {});
    expect(await all(store, 'md5/')).toMatchObject([small, { ...large, md5: undefined }]);
  });

  it('an unfinished upload is listed below its prefix, and can be taken back', async () => {
    const store = patient(await open());
    const id = await bucket.beginUpload('unfinished/film.mp4');
    const found = [];
    for await (const upload of store.openUploads('unfinished/', {})) found.push(upload);
    expect(found).toEqual([
      { key: 'unfinished/film.mp4', id, startedAtMs: expect.closeTo(Date.now(), -5) },
    ]);
    for await (const upload of store.openUploads('elsewhere/', {})) expect.unreachable(upload.key);
    for (const upload of found) await store.abortUpload(upload, {});
    expect(await bucket.openUploads()).toBe(0);
  });

  it('no upload in parts stays open after an abort or a wrong MD5', async () => {
    const store = await open();
    const abort = new AbortController();
    const film = Buffer.alloc(100 * 1_048_576);
    const aborted = store.put(request('orphan/a.mp4', film), { signal: abort.signal });
    await untilOpen();
    abort.abort();
    await expect(aborted).rejects.toBe(abort.signal.reason);
    expect(await bucket.openUploads()).toBe(0);
    const wrong = { ...request('orphan/b.mp4', film), md5: '0'.repeat(32) };
    await expect(store.put(wrong, {})).rejects.toMatchObject({ kind: 'damaged' });
    expect(await bucket.openUploads()).toBe(0);

    async function untilOpen() {
      while ((await bucket.openUploads()) === 0);
    }
  });

  it('promise 4: an upload in parts that was cut off is gone on with, where that is asked for', async () => {
    const proxy = await startTcpProxy(Number(new URL(bucket.settings.endpoint).port));
    const store = await open({ endpoint: `http://127.0.0.1:${proxy.port}` });
    const film = randomBytes(100 * MIB);
    const wanted = { ...request('inbox/film.mp4', film), isGoneOnWith: true };
    const abort = new AbortController();
    const cutOff = store.put(wanted, { signal: abort.signal });
    cutOff.catch(() => {});
    while (proxy.bytes() < 80 * MIB) await new Promise((resolve) => setImmediate(resolve));
    abort.abort();
    await expect(cutOff).rejects.toBe(abort.signal.reason);
    const before = proxy.bytes();
    expect(await bucket.openUploads()).toBe(1);
    expect(await store.put(wanted, {})).toMatchObject({ bytes: film.byteLength, md5: md5Of(film) });
    expect(proxy.bytes() - before).toBeLessThan(90 * MIB); // one part at least was there
    expect((await store.get('inbox/film.mp4', {}))?.equals(film)).toBe(true);
    expect(await bucket.openUploads()).toBe(0);
    await proxy.stop();
  });

  it('parts of another content under the same key become no object', async () => {
    const store = await open();
    const [one, other] = [randomBytes(70 * MIB), randomBytes(70 * MIB)];
    const wanted = (film: Buffer) => ({ ...request('inbox/b.mp4', film), isGoneOnWith: true });
    const abort = new AbortController();
    const cutOff = store.put(wanted(one), { signal: abort.signal });
    cutOff.catch(() => {});
    while ((await bucket.openUploads()) === 0);
    abort.abort();
    await cutOff.catch(() => {});
    await store.put(wanted(other), {});
    expect((await store.get('inbox/b.mp4', {}))?.equals(other)).toBe(true);
    const wrong = { ...wanted(one), md5: '0'.repeat(32) };
    await expect(store.put(wrong, {})).rejects.toMatchObject({ kind: 'damaged' });
    expect(await bucket.openUploads()).toBe(0);
  });

  it.each([
    ['a wrong secret', { secretAccessKey: 'not-it' }, 'credentials', 'SignatureDoesNotMatch, 403'],
    ['an unknown key', { accessKeyId: 'nobody' }, 'credentials', 'InvalidAccessKeyId, 403'],
    ['a missing bucket', { bucket: 'no-such-bucket' }, 'store', 'NoSuchBucket, 404'],
    ['a wrong region', { region: 'eu-west-1' }, 'store', 'AuthorizationHeaderMalformed, 400'],
  ] as const)(
    'promise 7: %s is permanent, and is said with cause and fix',
    async (_, wrong, exit, code) => {
      const store = await open(wrong);
      const error = await checkStore(store, { prefix: 'videos/' }).catch((reason) => reason);
      expect(error).toMatchObject({ exit, message: expect.stringContaining(code) });
      expect([error.why, error.fix]).toEqual([expect.any(String), expect.any(String)]);
      expect(store.isPermanent(error)).toBe(true);
    },
  );

  it('a server that is not there is passing: it may come back', async () => {
    const store = await open({ endpoint: 'http://127.0.0.1:1' });
    const error = await checkStore(store, { prefix: 'videos/' }).catch((reason) => reason);
    expect(error).toMatchObject({
      exit: 'store',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    expect(store.isPermanent(error)).toBe(false);
  });

  async function otherBucket(): Promise<TestBucket> {
    if (access === undefined) throw new Error('no server');
    return makeBucket(access);
  }
});
