import { IngestError } from '../errors.ts';
import type { Report } from '../model/event.ts';
import type { Settings } from '../model/settings.ts';
import { openStore } from '../store/open-store.ts';
import { type PatientStore, patient } from '../store/retry.ts';
import { tellOutage } from './tell-outage.ts';

/** Requests at once, by the film that is fetched. */
const CONCURRENCY = 8;

/**
 * Opens the buckets that films are read from, each once: the store's own service with the store's own
 * keys, so that a film's address never decides where a secret is sent.
 */
export function openFilmBuckets(settings: Settings, report: Report) {
  const opened = new Map<string, Promise<PatientStore>>();
  const { maxOutageMs } = settings;
  const openBucket = async (bucket: string): Promise<PatientStore> => {
    if (settings.store.kind === 'folder') {
      throw new IngestError('usage', {
        what: `s3://${bucket} cannot be read: the store is a folder`,
        why: 'Films in buckets are read from the service, and with the keys, of the store.',
        fix: 'Configure R2, B2 or S3 (movie-ingest config), or fetch the film first.',
      });
    }
    const concurrency = CONCURRENCY;
    const store = await openStore({ ...settings.store, bucket }, { concurrency, maxOutageMs });
    return patient(store, tellOutage({ store: store.name, maxOutageMs, report }));
  };
  return {
    open: (bucket: string): Promise<PatientStore> => {
      const store = opened.get(bucket) ?? openBucket(bucket);
      opened.set(bucket, store);
      return store;
    },
    close: async (): Promise<void> => {
      const stores = await Promise.allSettled(opened.values());
      for (const store of stores) if (store.status === 'fulfilled') await store.value.close();
    },
  };
}
