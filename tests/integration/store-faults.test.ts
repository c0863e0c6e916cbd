import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../src/model/store.ts';
import { checkStore } from '../../src/store/check-store.ts';
import { type PatienceOptions, patient } from '../../src/store/retry.ts';
import { S3Store } from '../../src/store/s3.ts';
import { createUploader } from '../../src/store/upload.ts';
import { type FakeS3, startFakeS3 } from '../helpers/fake-s3.ts';

const MIB = 1_048_576;
const IDLE_MS = 1_000; // the fake shares this process: a busy machine must not look silent
const FAST: PatienceOptions = { sleep: async () => {} };

describe('the S3 store and a network that fails', () => {
  let s3: FakeS3;
  let store: Store;
  beforeEach(async () => {
    s3 = await startFakeS3();
    store = new S3Store(s3.settings, { concurrency: 16 });
  });
  /** For servers that go silent: the wait for that is 60 s otherwise. */
  const useShortTimeout = async () => {
    await store.close();
    store = new S3Store(s3.settings, { concurrency: 16, idleTimeoutMs: IDLE_MS });
  };
  afterEach(async () => {
    await store.close();
    await s3.stop();
  });

  const upload = async (bodies: readonly Buffer[], options: PatienceOptions = FAST) => {
    const uploader = createUploader({ store: patient(store, options) });
    for (const [n, body] of bodies.entries()) await uploader.add(segment(n, body));
    return uploader.finish();
  };

  it('sends nothing that R2 or B2 refuse, over 16 connections that are kept', async () => {
    await checkStore(store, { prefix: 'videos/' });
    await upload(Array.from({ length: 32 }, (_, n) => Buffer.alloc(3 * MIB, n)));
    await store.put(segment(32, Buffer.alloc(65 * MIB)), {});
    await store.remove([segment(0).key, segment(1).key], {});
    expect(s3.violations).toEqual([]);
    expect(s3.objects.size).toBe(31);
    const { maxInFlight, connections } = s3.stats();
    expect(maxInFlight).toBeLessThanOrEqual(16);
    expect(connections).toBeLessThanOrEqual(16);
  });

  it('a listing that breaks off is gone on with behind its last key, never taken for the end', async () => {
    const keys = Array.from({ length: 2_500 }, (_, n) => `videos/x/${String(n).padStart(5, '0')}`);
    for (const key of keys) (s3.objects as Map<string, Buffer>).set(key, Buffer.from(key));
    s3.fail(({ query }) => (query.has('list-type') ? 'no token' : undefined));
    const listed = async (of: Store, prefix: string) => {
      const found: string[] = [];
      for await (const { key } of of.list(prefix, {})) found.push(key);
      return found;
    };
    await expect(listed(store, 'videos/')).rejects.toMatchObject({
      exit: 'store',
      message: 'the listing of videos/ broke off',
    });
    expect(await listed(patient(store, FAST), 'videos/')).toEqual(keys);
  });

  it('the fake sees what is wrong: without the switches there are violations', async () => {
    const { PutObjectCommand, S3Client } = await import('@aws-sdk/client-s3');
    const { accessKeyId, secretAccessKey, endpoint, region, bucket } = s3.settings;
    const credentials = { accessKeyId, secretAccessKey };
    const plain = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    const body = Buffer.alloc(3 * MIB);
    await plain.send(new PutObjectCommand({ Bucket: bucket, Key: 'x.ts', Body: body }));
    plain.destroy();
    expect(s3.violations.toSorted()).toEqual([
      'PUT x.ts: PUT without Content-MD5',
      'PUT x.ts: expect',
      'PUT x.ts: x-amz-checksum-crc32',
      'PUT x.ts: x-amz-sdk-checksum-algorithm',
    ]);
  });

  it('F4: 503 for a while holds nothing up for good, and fewer are sent at once', async () => {
    s3.fail(({ number }) => (number <= 40 ? { status: 503, code: 'SlowDown' } : undefined));
    const totals = await upload(bodies(60));
    expect(totals).toMatchObject({ objects: 60, retries: 40 });
    expect(s3.objects.size).toBe(60);
  });

  it('429 is waited for', async () => {
    s3.fail(({ number }) => (number === 1 ? { status: 429, code: 'TooManyRequests' } : undefined));
    expect(await upload(bodies(1))).toMatchObject({ objects: 1, retries: 1 });
  });

  it('F5: 500 for one object for ever: the others are stored, and a second run sends only that one', async () => {
    const bad = segment(7).key;
    s3.fail(({ key }) => (key === bad ? { status: 500, code: 'InternalError' } : undefined));
    let ms = 0;
    const impatient = { ...FAST, now: () => (ms += 1), maxOutageMs: 200 };
    await expect(upload(bodies(20), impatient)).rejects.toMatchObject({ exit: 'store' });
    expect([...s3.objects.keys()]).not.toContain(bad);
    expect(s3.objects.size).toBe(19);
    s3.fail(() => undefined);
    const already = new Map((await list()).map((object) => [object.key, object]));
    const before = s3.requests.length;
    const again = createUploader({ store, already });
    for (const [n, body] of bodies(20).entries()) await again.add(segment(n, body));
    expect(await again.finish()).toMatchObject({ objects: 20, skipped: 19 });
    expect(s3.requests.slice(before).map(({ key }) => key)).toEqual([bad]);
  });

  it('F6: a connection that is reset in the middle of the body, three times', async () => {
    s3.fail(({ number }) => (number <= 3 ? 'reset' : undefined));
    expect(await upload([Buffer.alloc(3 * MIB)])).toMatchObject({ objects: 1, retries: 3 });
  });

  it.each(['silence', 'half answer'] as const)(
    'F7: a server that goes silent (%s) is given up and asked again',
    async (fault) => {
      await useShortTimeout();
      await store.put(segment(0), {});
      const before = s3.requests.length;
      s3.fail(({ number }) => (number === before + 1 ? fault : undefined));
      const read = await patient(store, FAST).get(segment(0).key, {});
      expect(read).toEqual(segment(0).body);
      expect(s3.requests.length).toBe(before + 2);
    },
  );

  it('F7: silence at the end of an upload in parts is no hang either, and leaves no parts', async () => {
    await useShortTimeout();
    let isFirst = true;
    s3.fail(({ method, query }) => {
      if (method !== 'POST' || !query.has('uploadId') || !isFirst) return undefined;
      isFirst = false;
      return 'silence';
    });
    const { objects, retries } = await upload([Buffer.alloc(65 * MIB)]);
    expect(objects).toBe(1);
    expect(retries).toBeGreaterThanOrEqual(1);
    expect(s3.openUploads.size).toBe(0);
  });

  it('F8: an answer that is lost after the store had it: sent again, one object', async () => {
    s3.fail(({ number }) => (number === 1 ? 'lost reply' : undefined));
    expect(await upload(bodies(1))).toMatchObject({ objects: 1, retries: 1 });
    expect([...s3.objects.keys()]).toEqual([segment(0).key]);
  });

  it('F8: the lost answer to the end of an upload in parts', async () => {
    let isFirst = true;
    s3.fail(({ method, query }) => {
      if (method !== 'POST' || !query.has('uploadId') || !isFirst) return undefined;
      isFirst = false;
      return 'lost reply';
    });
    const body = Buffer.alloc(65 * MIB, 3);
    expect(await upload([body])).toMatchObject({ objects: 1 });
    expect(s3.objects.get(segment(0).key)?.equals(body)).toBe(true);
    expect(s3.openUploads.size).toBe(0);
  });

  it('F9: bytes that a careless server stored damaged are noticed by the ETag and sent again', async () => {
    s3.fail(({ number }) => (number === 1 ? 'corrupt' : undefined));
    expect(await upload(bodies(1))).toMatchObject({ objects: 1, retries: 1 });
    expect(s3.objects.get(segment(0).key)).toEqual(bodies(1)[0]);
  });

  it('F9: damage to one part is noticed by the ETag of the whole', async () => {
    s3.fail(({ query }) => (query.get('partNumber') === '2' ? 'corrupt' : undefined));
    const put = store.put(segment(0, Buffer.alloc(65 * MIB)), {});
    await expect(put).rejects.toMatchObject({ exit: 'store', kind: 'damaged' });
  });

  it('F9: what is read back damaged is not believed', async () => {
    await store.put(segment(0), {});
    const before = s3.requests.length;
    s3.fail(({ number }) => (number === before + 1 ? 'corrupt read' : undefined));
    expect(await patient(store, FAST).get(segment(0).key, {})).toEqual(segment(0).body);
    expect(s3.requests.length).toBe(before + 2);
  });

  it('F11: with a clock 20 minutes off it works; the server told the time', async () => {
    s3.setClock(20 * 60_000);
    await store.put(segment(0), {});
    await store.put(segment(1), {});
    expect(s3.requests.length).toBe(3);
  });

  it('F11: also when the first to find out is a HEAD, or several at once', async () => {
    await store.put(segment(0), {});
    const { bytes } = (await store.look(segment(0).key, {})) ?? {};
    s3.setClock(20 * 60_000);
    const looks = Array.from({ length: 4 }, () => store.look(segment(0).key, {}));
    for (const seen of await Promise.all(looks)) expect(seen).toMatchObject({ bytes });
    expect(await store.look('videos/film/none', {})).toBeUndefined();
  });

  it('F11: what the key may not do is asked once, and told at once', async () => {
    s3.fail(() => ({ status: 403, code: 'AccessDenied' }));
    const error = await upload(bodies(1)).catch((reason) => reason);
    expect(error).toMatchObject({
      exit: 'credentials',
      fix: expect.stringContaining('Object Read & Write'),
    });
    expect(s3.requests.length).toBe(1);
  });

  it('an abort in the middle of a body ends it, and nothing is stored', async () => {
    const abort = new AbortController();
    s3.fail(() => {
      abort.abort(new Error('Ctrl-C'));
      return 'silence';
    });
    const put = patient(store, FAST).put(segment(0, Buffer.alloc(40 * MIB)), {
      signal: abort.signal,
    });
    await expect(put).rejects.toThrow('Ctrl-C');
    expect(s3.objects.size).toBe(0);
  });

  it('an abort between parts is answered after the parts are cleaned up', async () => {
    const abort = new AbortController();
    s3.fail(({ query }) => {
      if (query.get('partNumber') !== '3') return undefined;
      abort.abort(new Error('Ctrl-C'));
      return 'silence';
    });
    const put = store.put(segment(0, Buffer.alloc(100 * MIB)), { signal: abort.signal });
    await expect(put).rejects.toThrow('Ctrl-C');
    expect(s3.openUploads.size).toBe(0);
    expect(s3.objects.size).toBe(0);
  });

  it('when one part fails the others are cut off, and no other part is begun', async () => {
    s3.fail(({ query }) => {
      if (!query.has('partNumber')) return undefined;
      return query.get('partNumber') === '1' ? { status: 500, code: 'InternalError' } : 'silence';
    });
    const put = store.put(segment(0, Buffer.alloc(130 * MIB)), {});
    await expect(put).rejects.toMatchObject({ kind: 'passing' });
    const parts = s3.requests.filter(({ query }) => query.has('partNumber'));
    expect(parts.length).toBeLessThanOrEqual(4);
    expect(s3.openUploads.size).toBe(0);
  });

  it('AWS_* and ~/.aws change nothing: not where it sends, nor with which key', async () => {
    const home = mkdtempSync(join(tmpdir(), 'movie-ingest-aws-'));
    writeFileSync(
      join(home, 'config'),
      '[default]\nendpoint_url = http://127.0.0.1:1\nregion = mars\nuse_fips_endpoint = true\n',
    );
    const hostile = {
      AWS_CONFIG_FILE: join(home, 'config'),
      AWS_PROFILE: 'nobody',
      AWS_REGION: 'mars-1',
      AWS_ACCESS_KEY_ID: 'AKIAFROMENVIRONMENT',
      AWS_SECRET_ACCESS_KEY: 'from the environment',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
      AWS_USE_FIPS_ENDPOINT: 'true',
      AWS_REQUEST_CHECKSUM_CALCULATION: 'WHEN_SUPPORTED',
      AWS_MAX_ATTEMPTS: '9',
      AWS_RETRY_MODE: 'adaptive',
    };
    const before = { ...process.env };
    Object.assign(process.env, hostile);
    try {
      const here = new S3Store(s3.settings, { concurrency: 2 });
      await here.put(segment(0), {});
      await here.close();
    } finally {
      for (const name of Object.keys(hostile)) delete process.env[name];
      Object.assign(process.env, before);
    }
    expect(String(s3.requests[0]?.headers.authorization)).toContain(
      `Credential=${s3.settings.accessKeyId}/`,
    );
    expect(String(s3.requests[0]?.headers.authorization)).toContain('/auto/s3/');
    expect(s3.violations).toEqual([]);
  });

  it('nothing is printed when a client is made: cron would mail it every night', async () => {
    const settings = JSON.stringify(s3.settings);
    const code = `const { S3Store } = await import('./src/store/s3.ts');
      const store = new S3Store(${settings}, { concurrency: 2 });
      for await (const object of store.list('', {})) console.log(object);
      await store.close();`;
    const { all } = await execa(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', code],
      { all: true, stdin: 'ignore' },
    );
    expect(all).toBe('');
  });

  it('the check of the store has a deadline of its own', async () => {
    s3.fail(() => 'silence');
    const lazy = new S3Store(s3.settings, { concurrency: 2 });
    const check = checkStore(lazy, { prefix: 'videos/', deadlineMs: 100 });
    await expect(check).rejects.toMatchObject({
      exit: 'store',
      message: expect.stringMatching(/R2 films did not answer within 0\.1s/),
    });
    await lazy.close();
  });

  it('the check removes its probe though reading it back failed', async () => {
    s3.fail(({ method, key }) =>
      method === 'GET' && key !== '' ? { status: 403, code: 'AccessDenied' } : undefined,
    );
    await expect(checkStore(store, { prefix: 'videos/' })).rejects.toMatchObject({
      exit: 'credentials',
      message: expect.stringContaining('does not let this key read videos/.movie-ingest-probe-'),
    });
    expect(s3.objects.size).toBe(0);
  });

  async function list() {
    const objects = [];
    for await (const object of store.list('videos/', {})) objects.push(object);
    return objects;
  }
});

function segment(n: number, body: Buffer = Buffer.from(`segment ${n}`)) {
  const key = `videos/x/r-0123456789/720p/seg_${String(n).padStart(5, '0')}.ts`;
  return { key, body, contentType: 'video/mp2t', cacheControl: 'public' };
}

function bodies(count: number): Buffer[] {
  return Array.from({ length: count }, (_, n) => Buffer.from(`segment ${n}`));
}
