import type { Plan } from '../model/plan.ts';
import type { StoredObject } from '../model/store.ts';
import { keys } from '../plan/keys.ts';
import { createUploader, type Uploader } from '../store/upload.ts';
import type { IngestContext } from './context.ts';
import { UploadMeter } from './upload-meter.ts';

/** The uploads of one film, with what is told of them. */
export type FilmUploads = Uploader & Readonly<{ meter: UploadMeter }>;

/**
 * Runs `work` with a way to the store for this film's objects. What a run that was cut off left under
 * the same revision is not sent again where it is equal. Uploads end with `work`, however it ends.
 */
export async function withUploads<Result>(
  plan: Plan,
  { store, settings, report, signal }: IngestContext,
  work: (uploads: FilmUploads) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController();
  const meter = new UploadMeter(plan, report);
  const already = new Map<string, StoredObject>();
  for await (const object of store.list(keys.revision(plan.slug, plan.revision), { signal })) {
    already.set(object.key, object);
  }
  const uploader = createUploader({
    store,
    concurrency: settings.uploadConcurrency,
    already,
    onProgress: (progress) => meter.progress(progress),
    signal: AbortSignal.any([signal, stop.signal]),
  });
  try {
    return await work({ ...uploader, meter });
  } finally {
    stop.abort();
    // Unfinished uploads in parts are taken back, which takes a moment.
    await uploader.finish().catch(() => {});
  }
}
