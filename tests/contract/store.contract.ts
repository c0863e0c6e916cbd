import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IngestError } from '../../src/errors.ts';
import type { ListedObject, PutRequest, Store } from '../../src/model/store.ts';
import { checkStore } from '../../src/store/check-store.ts';
import { failureKind } from '../../src/store/store-failure.ts';
import { createUploader } from '../../src/store/upload.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const MIB = 1_048_576;

/** Each promise in the docstring of Store, on a real store. Every test works below a prefix of its own. */
export function storeContract(name: string, open: () => Promise<Store>): void {
  describe(`the contract of Store: ${name}`, () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store?.close());

    it('gives back what was put, and says its size and MD5', async () => {
      const body = randomBytes(70_000);
      const stored = await store.put(request('back/seg_00001.ts', body), {});
      expect(stored).toEqual({ key: 'back/seg_00001.ts', bytes: 70_000, md5: md5(body) });
      expect((await store.get('back/seg_00001.ts', {}))?.equals(body)).toBe(true);
    });

    it('keeps an empty object', async () => {
      await store.put(request('empty/nothing.vtt', Buffer.alloc(0)), {});
      expect(await store.get('empty/nothing.vtt', {})).toEqual(Buffer.alloc(0));
      expect(await keysAndSizes(store, 'empty/')).toEqual([['empty/nothing.vtt', 0]]);
    });

    it('puts a file from disk as it puts a Buffer', async () => {
      const bytes = randomBytes(300_000);
      const path = join(makeTempDir('store'), 'seg.ts');
      writeFileSync(path, bytes);
      const stored = await store.put(request('file/seg.ts', { path, bytes: bytes.length }), {});
      expect(stored.md5).toBe(md5(bytes));
      expect((await store.get('file/seg.ts', {}))?.equals(bytes)).toBe(true);
    });

    it('refuses a file that has another size than was said, and a file that is not there', async () => {
      const path = join(makeTempDir('store'), 'seg.ts');
      writeFileSync(path, 'grown');
      const grown = store.put(request('file/grown.ts', { path, bytes: 4 }), {});
      await expect(grown).rejects.toMatchObject({ exit: 'store', kind: 'permanent' });
      const absent = store.put(request('file/absent.ts', { path: `${path}.no`, bytes: 4 }), {});
      await expect(absent).rejects.toMatchObject({ exit: 'store', kind: 'permanent' });
      expect(await store.get('file/grown.ts', {})).toBeUndefined();
    });

    it('takes an object above 64 MiB, from a Buffer and from a file', {
      timeout: 60_000,
    }, async () => {
      const body = Buffer.alloc(70 * MIB + 1, 'movie');
      const path = join(makeTempDir('store'), 'film.mp4');
      writeFileSync(path, body);
      for (const given of [body, { path, bytes: body.length }]) {
        const stored = await store.put(request('large/film.mp4', given), {});
        expect(stored).toEqual({ key: 'large/film.mp4', bytes: body.length, md5: md5(body) });
        expect((await store.get('large/film.mp4', {}))?.equals(body)).toBe(true);
      }
      await store.remove(['large/film.mp4'], {});
    });

    it('refuses a body with another MD5 than was said, and keeps the old object', async () => {
      await store.put(request('wrong/seg.ts', Buffer.from('old')), {});
      const wrong = {
        ...request('wrong/seg.ts', Buffer.from('new')),
        md5: md5(Buffer.from('other')),
      };
      await expect(store.put(wrong, {})).rejects.toMatchObject({ exit: 'store', kind: 'damaged' });
      expect(await store.get('wrong/seg.ts', {})).toEqual(Buffer.from('old'));
    });

    it('refuses a large file with another MD5 than was said, and stores nothing', async () => {
      const body = Buffer.alloc(65 * MIB, 'x');
      const wrong = { ...request('wrong/film.mp4', body), md5: md5(Buffer.from('other')) };
      await expect(store.put(wrong, {})).rejects.toMatchObject({ exit: 'store', kind: 'damaged' });
      expect(await store.get('wrong/film.mp4', {})).toBeUndefined();
    });

    it('promise 2: readers see the old object or the new one, never a part', async () => {
      const versions = [randomBytes(2 * MIB), randomBytes(3 * MIB)] as const;
      const known = new Set(versions.map(md5));
      await store.put(request('replace/master.m3u8', versions[0]), {});
      let isWriting = true;
      const seen = new Set<string>();
      // Told of damage they ask again, as everybody does (retry.ts): for a moment versitygw may give the
      // bytes of one with the ETag of the other.
      const read = (): Promise<Buffer | undefined> =>
        store.get('replace/master.m3u8', {}).catch((error: unknown) => {
          if (failureKind(error) === 'damaged') return read();
          throw error;
        });
      const readers = [1, 2, 3].map(async () => {
        do seen.add(md5((await read()) ?? Buffer.alloc(0)));
        while (isWriting);
      });
      for (let turn = 1; turn <= 20; turn += 1) {
        await store.put(request('replace/master.m3u8', versions[turn % 2] ?? versions[0]), {});
      }
      isWriting = false;
      await Promise.all(readers);
      expect([...seen].filter((digest) => !known.has(digest))).toEqual([]);
      expect(md5((await store.get('replace/master.m3u8', {})) ?? Buffer.alloc(0))).toBe(
        md5(versions[0]),
      );
    });

    it('answers undefined for an object that is not there', async () => {
      expect(await store.get('absent/master.m3u8', {})).toBeUndefined();
    });

    it('lists in key order, where a folder stands among its neighbours as its slash does', async () => {
      const names = ['a-b/1.ts', 'a.b', 'a/1.ts', 'a/b/c.ts', 'a0', 'ab', 'b_/x', 'b/x'];
      await Promise.all(
        names.map((key) => store.put(request(`order/${key}`, Buffer.from('x')), {})),
      );
      const inOrder = names
        .map((key) => `order/${key}`)
        .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect((await all(store, 'order/')).map(({ key }) => key)).toEqual(inOrder);
    });

    it('lists by prefix, which need not end at a slash', async () => {
      for (const key of ['prefix/r-1/x.ts', 'prefix/r-12/x.ts', 'prefix/r-2/x.ts', 'prefix/r-1']) {
        if (key !== 'prefix/r-1') await store.put(request(key, Buffer.from('x')), {});
      }
      const keys = (await all(store, 'prefix/r-1')).map(({ key }) => key);
      expect(keys).toEqual(['prefix/r-1/x.ts', 'prefix/r-12/x.ts']);
      expect(await all(store, 'prefix/r-3')).toEqual([]);
      expect(await all(store, 'no-such-prefix/')).toEqual([]);
    });

    it('goes on after a key', async () => {
      const keys = ['after/a-b/1.ts', 'after/a/1.ts', 'after/a/2.ts', 'after/b.ts'];
      for (const key of keys) await store.put(request(key, Buffer.from('x')), {});
      for (const [index, after] of keys.entries()) {
        const rest: string[] = [];
        for await (const { key } of store.list('after/', { after })) rest.push(key);
        expect(rest).toEqual(keys.slice(index + 1));
      }
    });

    it('lists more than the thousand that one page of S3 holds, and removes them', {
      timeout: 60_000,
    }, async () => {
      const keys = Array.from(
        { length: 1_100 },
        (_, n) => `many/seg_${String(n).padStart(5, '0')}.ts`,
      );
      const uploader = createUploader({ store });
      for (const key of keys) await uploader.add(request(key, Buffer.from(key)));
      await uploader.finish();
      const listed = await all(store, 'many/');
      expect(listed.map(({ key }) => key)).toEqual(keys);
      for (const { key, bytes, md5: digest } of listed) {
        expect([bytes, digest ?? md5(Buffer.from(key))]).toEqual([
          key.length,
          md5(Buffer.from(key)),
        ]);
      }
      await store.remove(keys, {});
      expect(await all(store, 'many/')).toEqual([]);
    });

    it('removes what is there, and takes what is not there for removed', async () => {
      await store.put(request('gone/a.ts', Buffer.from('x')), {});
      await store.put(request('gone/b.ts', Buffer.from('x')), {});
      await store.remove(['gone/a.ts', 'gone/absent.ts', 'gone/no/such.ts'], {});
      await store.remove(['gone/a.ts'], {});
      await store.remove([], {});
      expect(await keysAndSizes(store, 'gone/')).toEqual([['gone/b.ts', 1]]);
    });

    it('says when each object was last written', async () => {
      const before = Date.now() - 2_000; // clocks of stores count in seconds
      await store.put(request('when/a.ts', Buffer.from('x')), {});
      const [object] = await all(store, 'when/');
      expect(object?.modifiedAtMs).toBeGreaterThanOrEqual(before);
      expect(object?.modifiedAtMs).toBeLessThanOrEqual(Date.now() + 2_000);
    });

    it('other headers leave the bytes alone; a store that keeps none says so', async () => {
      const body = randomBytes(1_000);
      await store.put(request('relabel/a.ts', body), {});
      const before = await store.headers('relabel/a.ts', {});
      const headers = { contentType: 'text/vtt', cacheControl: 'no-cache' };
      await store.relabel('relabel/a.ts', headers, {});
      expect(await store.headers('relabel/a.ts', {})).toEqual(
        before === undefined ? undefined : headers,
      );
      expect((await store.get('relabel/a.ts', {}))?.equals(body)).toBe(true);
      expect(await store.headers('relabel/absent.ts', {})).toBeUndefined();
    });

    it('has no unfinished upload, and one that is gone can be taken back again', async () => {
      for await (const upload of store.openUploads('', {})) expect.unreachable(upload.key);
      const gone = { key: 'gone/film.mp4', id: 'no-such-upload', startedAtMs: 0 };
      await store.abortUpload(gone, {});
    });

    it('leaves nothing of a put that was aborted, and throws what the signal was given', async () => {
      for (const bytes of [48 * MIB, 80 * MIB]) {
        const abort = new AbortController();
        const why = new Error('Ctrl-C');
        const put = store.put(request('abort/film.mp4', Buffer.alloc(bytes)), {
          signal: abort.signal,
        });
        setImmediate(() => abort.abort(why));
        await expect(put).rejects.toBe(why);
        expect(await all(store, 'abort/')).toEqual([]);
      }
    });

    it('does nothing once its signal has fired', async () => {
      const signal = AbortSignal.abort(new Error('stopped'));
      await expect(store.put(request('late/x.ts', Buffer.from('x')), { signal })).rejects.toThrow(
        'stopped',
      );
      await expect(store.get('late/x.ts', { signal })).rejects.toThrow('stopped');
      await expect(store.remove(['late/x.ts'], { signal })).rejects.toThrow('stopped');
      await expect(all(store, 'late/', signal)).rejects.toThrow('stopped');
      expect(await all(store, 'late/')).toEqual([]);
    });

    it.each([
      '../out',
      'a/../../out',
      '/etc/passwd',
      'a//b',
      'a/./b',
      '.',
      '',
      'a/',
      'A.ts',
      'a b',
      'phim-đất',
      'a\\b',
      'a\0b',
      '%2e%2e/x',
    ])('refuses the name %j', async (key) => {
      for (const act of [
        () => store.put(request(key, Buffer.from('x')), {}),
        () => store.get(key, {}),
        () => store.remove([key], {}),
      ]) {
        const error = await act().then(
          () => undefined,
          (reason) => reason,
        );
        expect(error).toMatchObject({ exit: 'store' });
        expect(store.isPermanent(error)).toBe(true);
      }
    });

    it('passes the check, which leaves nothing behind', async () => {
      await checkStore(store, { prefix: 'check/' });
      expect(await all(store, 'check/')).toEqual([]);
    });

    it('takes a bug for permanent', () => {
      expect(store.isPermanent(new TypeError('x is not a function'))).toBe(true);
    });

    describe('replace, of a run that may have slept through its lock', () => {
      const held = async () => {};
      const replace = (key: string, body: string, seen: string | undefined, demandHeld = held) =>
        store.replace({ ...request(key, Buffer.from(body)), seen, demandHeld }, {});
      const lost = new IngestError('locked', { what: 'this run has lost its lock' });

      it('writes where nothing is, and only where nothing is', async () => {
        const key = 'replace/a/master.m3u8';
        expect(await store.look(key, {})).toBeUndefined();
        expect(await replace(key, 'one', undefined)).toMatchObject({ key, bytes: 3 });
        expect(await replace(key, 'two', undefined)).toBeUndefined();
        expect(await store.get(key, {})).toEqual(Buffer.from('one'));
      });

      it('writes over what was seen, and never over anything else, not even the same bytes again', async () => {
        const key = 'replace/b/master.m3u8';
        await store.put(request(key, Buffer.from('one')), {});
        const seen = (await store.look(key, {}))?.etag;
        expect(await replace(key, 'two', seen)).toMatchObject({ bytes: 3 });
        expect(await replace(key, 'three', seen)).toBeUndefined();
        await store.remove([key], {});
        expect(await replace(key, 'three', seen)).toBeUndefined();
        expect(await store.get(key, {})).toBeUndefined();
      });

      it('writes nothing when the lock is lost at the last moment', async () => {
        const key = 'replace/c/master.m3u8';
        await store.put(request(key, Buffer.from('one')), {});
        const seen = (await store.look(key, {}))?.etag;
        const refused = replace(key, 'two', seen, async () => {
          throw lost;
        });
        await expect(refused).rejects.toBe(lost);
        expect(await store.get(key, {})).toEqual(Buffer.from('one'));
        expect(await keysAndSizes(store, 'replace/c/')).toEqual([[key, 3]]);
      });

      it('writes nothing when another has written between the last look and the switch', async () => {
        const key = 'replace/d/master.m3u8';
        await store.put(request(key, Buffer.from('one')), {});
        const seen = (await store.look(key, {}))?.etag;
        const late = replace(key, 'mine', seen, async () => {
          expect(await replace(key, 'theirs', seen)).toMatchObject({ bytes: 6 });
        });
        expect(await late).toBeUndefined();
        expect(await store.get(key, {})).toEqual(Buffer.from('theirs'));
        expect(await keysAndSizes(store, 'replace/d/')).toEqual([[key, 6]]);
      });
    });

    it('reads parts of an object as long as it is the same', async () => {
      const key = 'part/film.mp4';
      await store.put(request(key, Buffer.from('0123456789')), {});
      const seen = await store.look(key, {});
      expect(seen).toMatchObject({ bytes: 10, modifiedAtMs: expect.closeTo(Date.now(), -5) });
      const etag = seen?.etag ?? '';
      expect(await store.readPart({ key, etag, from: 2, to: 5 }, {})).toEqual(Buffer.from('234'));
      expect(await store.readPart({ key, etag, from: 9, to: 10 }, {})).toEqual(Buffer.from('9'));
      await store.put(request(key, Buffer.from('9876543210')), {});
      expect(await store.readPart({ key, etag, from: 2, to: 5 }, {})).toBeUndefined();
      await store.remove([key], {});
      expect(await store.readPart({ key, etag, from: 2, to: 5 }, {})).toBeUndefined();
    });
  });
}

export function request(key: string, body: PutRequest['body']): PutRequest {
  return { key, body, contentType: 'video/mp2t', cacheControl: 'public, max-age=60' };
}

export async function all(
  store: Store,
  prefix: string,
  signal?: AbortSignal,
): Promise<ListedObject[]> {
  const objects: ListedObject[] = [];
  for await (const object of store.list(prefix, { signal })) objects.push(object);
  return objects;
}

async function keysAndSizes(store: Store, prefix: string): Promise<[string, number][]> {
  return (await all(store, prefix)).map(({ key, bytes }) => [key, bytes]);
}

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}
