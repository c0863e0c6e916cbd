import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { PutRequest, StoredObject } from '../../../src/model/store.ts';
import { type PatientPutOptions, patient } from '../../../src/store/retry.ts';
import { createUploader, type UploadProgress } from '../../../src/store/upload.ts';
import { deferred, failure, settle, standInStore } from './stand-in-store.ts';

type Put = {
  request: PutRequest;
  options: PatientPutOptions;
  done: () => void;
  fail: (reason: unknown) => void;
};

/** A store whose puts end when the test says so. Ends them itself on abort, as stores do. */
function heldStore() {
  const puts: Put[] = [];
  const store = standInStore({
    put: (request, options) => {
      const { promise, resolve, reject } = deferred<StoredObject>();
      const bytes = (request.body as Buffer).length;
      const done = () => resolve({ key: request.key, bytes, md5: request.md5 });
      options.signal?.addEventListener('abort', () => reject(options.signal?.reason));
      puts.push({ request, options, done, fail: reject });
      return promise;
    },
    // What it is asked for has five bytes of 0, unless it is called otherwise.
    get: async (key) => Buffer.alloc(5, key === 'unread-other' ? 1 : 0),
  });
  return { store, puts };
}

function object(key: string, bytes = 1): PutRequest {
  return { key, body: Buffer.alloc(bytes), contentType: 'video/mp2t', cacheControl: '' };
}

/** `add` for each, in order; which of them were let in. */
function addAll(uploader: ReturnType<typeof createUploader>, requests: readonly PutRequest[]) {
  const isIn = requests.map(() => false);
  const adds = requests.map((request, index) =>
    uploader.add(request).then(() => {
      isIn[index] = true;
    }),
  );
  return { adds, isIn };
}

describe('bounded uploads', () => {
  it('no more objects are in flight than allowed; `add` waits for room, in order', async () => {
    const { store, puts } = heldStore();
    const uploader = createUploader({ store, concurrency: 2 });
    const { isIn } = addAll(
      uploader,
      ['a', 'b', 'c', 'd'].map((key) => object(key)),
    );
    await settle();
    expect(isIn).toEqual([true, true, false, false]);
    puts[1]?.done();
    await settle();
    expect(isIn).toEqual([true, true, true, false]);
    expect(puts.map(({ request }) => request.key)).toEqual(['a', 'b', 'c']);
    puts[0]?.done();
    await settle();
    for (const { done } of puts) done();
    expect(await uploader.finish()).toEqual({ objects: 4, bytes: 4, skipped: 0, retries: 0 });
  });

  it('no more bytes are in flight than allowed, and a giant goes alone', async () => {
    const { store, puts } = heldStore();
    const uploader = createUploader({ store, maxBytesInFlight: 100 });
    const { isIn } = addAll(uploader, [
      object('a', 60),
      object('b', 40),
      object('giant', 500),
      object('c', 1),
    ]);
    await settle();
    expect(isIn).toEqual([true, true, false, false]);
    puts[0]?.done();
    await settle();
    expect(isIn).toEqual([true, true, false, false]);
    puts[1]?.done();
    await settle();
    expect(isIn).toEqual([true, true, true, false]);
    puts[2]?.done();
    await settle();
    puts[3]?.done();
    expect(await uploader.finish()).toMatchObject({ objects: 4, bytes: 601 });
  });

  it('what is there already with the same bytes and MD5 is not sent again', async () => {
    const { store, puts } = heldStore();
    const md5 = createHash('md5').update(Buffer.alloc(5)).digest('hex');
    const there = (key: string, bytes: number, digest: string | undefined) =>
      [key, { key, bytes, md5: digest }] as const;
    const told: string[] = [];
    const uploader = createUploader({
      store,
      already: new Map([
        there('same', 5, md5),
        there('same-said', 5, md5),
        there('shorter', 4, md5),
        there('other', 5, '0'.repeat(32)),
        there('unread', 5, undefined), // as a folder lists it
        there('unread-other', 5, undefined),
      ]),
      onStored: ({ key }) => told.push(key),
    });
    for (const key of ['same', 'shorter', 'other', 'unread', 'unread-other']) {
      await uploader.add(object(key, 5));
    }
    await uploader.add({ ...object('same-said', 5), md5 });
    expect(puts.map(({ request }) => request.key)).toEqual(['shorter', 'other', 'unread-other']);
    for (const { done } of puts) done();
    expect(await uploader.finish()).toEqual({ objects: 6, bytes: 30, skipped: 3, retries: 0 });
    expect(told.toSorted()).toEqual([...uploader.stored.keys()].toSorted());
  });

  it('F5: a failure is thrown by every waiting and later `add`; the others in flight end', async () => {
    const { store, puts } = heldStore();
    const uploader = createUploader({ store, maxBytesInFlight: 100 });
    const { adds } = addAll(uploader, [object('a'), object('b'), object('giant', 500)]);
    await settle();
    const broken = failure('permanent', 'R2 refused');
    puts[0]?.fail(broken);
    await expect(adds[2]).rejects.toBe(broken);
    await expect(uploader.add(object('d'))).rejects.toBe(broken);
    const finished = uploader.finish().catch((error) => error);
    await settle();
    expect([...uploader.stored.keys()]).toEqual([]);
    puts[1]?.done();
    expect(await finished).toBe(broken);
    expect([...uploader.stored.keys()]).toEqual(['b']);
    expect(puts).toHaveLength(2);
  });

  /** A patient store that refuses some keys, as often as a test says, and takes all others. */
  function pickyStore(refused: ReadonlyMap<string, number>) {
    const left = new Map(refused);
    const taken: string[] = [];
    const store = patient(
      standInStore({
        put: async ({ key, body }) => {
          const times = left.get(key) ?? 0;
          left.set(key, times - 1);
          await settle();
          if (times > 0) throw failure('passing', `500 for ${key}`);
          taken.push(key);
          return { key, bytes: (body as Buffer).length, md5: undefined };
        },
        list: async function* () {
          yield* [];
        },
      }),
      { sleep: settle },
    );
    return { store, taken };
  }

  it('F5: an object that alone does not get through is set aside, and sent after all the others', async () => {
    const { store, taken } = pickyStore(new Map([['bad', 9]]));
    const uploader = createUploader({ store, concurrency: 2 });
    await uploader.add(object('bad'));
    for (let n = 0; n < 40; n += 1) await uploader.add(object(`seg_${n}`));
    expect(await uploader.finish()).toMatchObject({ objects: 41 });
    expect(taken.at(-1)).toBe('bad');
  });

  it('F5: if it does not get through then either, it is what the film fails with, and only the film', async () => {
    const { store, taken } = pickyStore(new Map([['bad', Number.POSITIVE_INFINITY]]));
    const uploader = createUploader({ store, concurrency: 2 });
    await uploader.add(object('bad'));
    for (let n = 0; n < 40; n += 1) await uploader.add(object(`seg_${n}`));
    const error = await uploader.finish().catch((reason) => reason);
    expect(error).toMatchObject({
      exit: 'store',
      isOfOneFilm: true,
      message: 'R2 films does not take bad',
      why: expect.stringContaining('500 for bad'),
    });
    expect(taken).toHaveLength(40);
  });

  it('F7: an outage at the end of the uploads is waited for, also by what was set aside', async () => {
    const { store } = pickyStore(new Map([['bad', 200]]));
    let listings = 0;
    const isAway = async function* () {
      listings += 1;
      if (listings < 5) throw failure('passing');
      yield* [];
    };
    const away = patient(standInStore({ put: store.put, list: isAway }), { sleep: settle });
    const uploader = createUploader({ store: away, concurrency: 2 });
    await uploader.add(object('bad'));
    await uploader.add(object('good'));
    await expect(uploader.finish()).rejects.toMatchObject({ isOfOneFilm: true });
    expect(listings).toBe(5);
  });

  it('what nothing gets through for is not set aside: it is waited for', async () => {
    const { store } = pickyStore(new Map([['only', 60]]));
    const uploader = createUploader({ store });
    await uploader.add(object('only'));
    expect(await uploader.finish()).toMatchObject({ objects: 1, retries: 60 });
  });

  it('an abort ends it promptly, with the reason that was given, and no unhandled rejection', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    const { store, puts } = heldStore();
    const abort = new AbortController();
    const uploader = createUploader({ store, concurrency: 1, signal: abort.signal });
    const { adds } = addAll(uploader, [object('a'), object('b')]);
    await settle();
    const why = new Error('Ctrl-C');
    abort.abort(why);
    await expect(adds[1]).rejects.toBe(why);
    await expect(uploader.add(object('c'))).rejects.toBe(why);
    await settle();
    await expect(uploader.finish()).rejects.toBe(why);
    expect(puts).toHaveLength(1);
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it('a body is let go as soon as it is stored', async () => {
    const { store, puts } = heldStore();
    const uploader = createUploader({ store });
    await uploader.add(object('a', 1_000));
    await uploader.add(object('b', 1_000));
    const progress: UploadProgress[] = [];
    const watched = createUploader({ store, onProgress: (step) => progress.push(step) });
    await watched.add(object('c', 1_000));
    for (const { done } of puts) done();
    await watched.finish();
    expect(
      progress.map(({ inFlight, bytesInFlight, bytes }) => [inFlight, bytesInFlight, bytes]),
    ).toEqual([
      [1, 1_000, 0],
      [1, 1_000, 1_000],
      [0, 0, 1_000],
    ]);
    expect(JSON.stringify([...uploader.stored.values()])).not.toContain('Buffer');
  });

  it('progress tells of retries, of the wait while nothing gets through, and of the rate', async () => {
    const { store, puts } = heldStore();
    let ms = 0;
    let last: UploadProgress | undefined;
    const uploader = createUploader({ store, now: () => ms, onProgress: (step) => (last = step) });
    await uploader.add(object('a', 10_000));
    puts[0]?.options.onRetry?.({
      number: 1,
      delayMs: 1,
      failingMs: 700,
      isBusy: false,
      error: undefined,
    });
    expect(last).toMatchObject({ retries: 1, waitingMs: 700, bytes: 0, limit: 16 });
    ms = 2_000;
    puts[0]?.done();
    await uploader.finish();
    expect(last).toMatchObject({
      retries: 1,
      waitingMs: undefined,
      bytes: 10_000,
      bytesPerSecond: 5_000,
    });
  });

  it('a busy store halves what is in flight once for one busy moment, and again for the next', async () => {
    const { store, puts } = heldStore();
    let limit = 0;
    const uploader = createUploader({
      store,
      concurrency: 16,
      onProgress: (step) => (limit = step.limit),
    });
    for (let n = 0; n < 16; n += 1) await uploader.add(object(`seg_${n}`));
    const busy = (put: Put | undefined, number: number) =>
      put?.options.onRetry?.({ number, delayMs: 1, failingMs: 0, isBusy: true, error: undefined });
    for (const put of puts) busy(put, 1);
    expect(limit).toBe(8);
    for (const put of puts) busy(put, 2);
    expect(limit).toBe(4);
    for (let round = 3; round < 9; round += 1) for (const put of puts) busy(put, round);
    expect(limit).toBe(2);
    for (const { done } of puts) done();
    await uploader.finish();
  });
});
