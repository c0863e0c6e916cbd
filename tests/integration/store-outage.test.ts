import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { patient } from '../../src/store/retry.ts';
import { S3Store } from '../../src/store/s3.ts';
import { createUploader } from '../../src/store/upload.ts';
import { makeBucket } from '../contract/store-bucket.ts';
import { isMissing } from '../servers/locate.ts';
import { startToxiproxy, type Toxiproxy } from '../servers/toxiproxy.ts';

const access = inject('s3');
const isSkipped = access === undefined || (await isMissing('toxiproxy'));

describe.skipIf(isSkipped)(
  'promise 4: uploads outlast an outage, through a real faulty network',
  () => {
    let toxiproxy: Toxiproxy;
    let proxy: Awaited<ReturnType<Toxiproxy['proxyTo']>>;
    let store: S3Store;
    beforeAll(async () => {
      if (access === undefined) return;
      toxiproxy = await startToxiproxy();
      proxy = await toxiproxy.proxyTo({ port: Number(new URL(access.endpoint).port) });
      const { settings } = await makeBucket(access);
      // The signed host is the proxy's address.
      const endpoint = `http://${proxy.address}`;
      store = new S3Store({ ...settings, endpoint }, { concurrency: 8, idleTimeoutMs: 5_000 });
    });
    afterAll(async () => {
      await store?.close();
      await toxiproxy?.stop();
    });

    /** Uploads 60 objects; the fault begins with the tenth that is stored and ends after 20 retries. */
    const uploadThrough = async (
      prefix: string,
      { begin, end }: Readonly<{ begin: () => Promise<unknown>; end: () => Promise<unknown> }>,
    ) => {
      let retries = 0;
      let fault: Promise<unknown> | undefined;
      const uploader = createUploader({
        store: patient(store, {
          random: () => 0.05,
          onRetry: () => {
            retries += 1;
            if (retries === 20) fault = fault?.then(end);
          },
        }),
        concurrency: 8,
        onStored: () => {
          if (uploader.stored.size === 10) fault = begin();
        },
      });
      const bodies = new Map(
        Array.from({ length: 60 }, (_, n) => [`${prefix}/seg_${n}.ts`, Buffer.alloc(200_000, n)]),
      );
      for (const [key, body] of bodies) {
        await uploader.add({ key, body, contentType: 'video/mp2t', cacheControl: 'public' });
      }
      const totals = await uploader.finish();
      await fault;
      for (const [key, body] of bodies) expect((await store.get(key, {}))?.equals(body)).toBe(true);
      return totals;
    };

    it('the network is gone and comes back', async () => {
      const totals = await uploadThrough('gone', {
        begin: () => proxy.disable(),
        end: () => proxy.enable(),
      });
      expect(totals).toMatchObject({ objects: 60, bytes: 12_000_000 });
      expect(totals.retries).toBeGreaterThanOrEqual(20);
    });

    it('every connection is reset for a while', async () => {
      let remove = async () => {};
      const totals = await uploadThrough('reset', {
        begin: async () => {
          remove = await proxy.add({
            type: 'reset_peer',
            stream: 'upstream',
            attributes: { timeout: 0 },
          });
        },
        end: () => remove(),
      });
      expect(totals).toMatchObject({ objects: 60, bytes: 12_000_000 });
      expect(totals.retries).toBeGreaterThanOrEqual(20);
    });
  },
);
