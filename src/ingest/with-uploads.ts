import { IngestError } from '../errors.ts';
import { formatBytes } from '../lib/format-bytes.ts';
import type { Plan } from '../model/plan.ts';
import type { ListedObject } from '../model/store.ts';
import { keys } from '../plan/keys.ts';
import { takeBackUploads } from '../store/take-back-uploads.ts';
import { createUploader, type Uploader } from '../store/upload.ts';
import type { IngestContext } from './context.ts';
import { UploadMeter } from './upload-meter.ts';

/** The uploads of one film, with what is told of them. */
export type FilmUploads = Uploader &
  Readonly<{
    meter: UploadMeter;
    /**
     * What there was of it when it was begun, by the key that it has, or is to have, below this revision:
     * an object of a revision that was taken over has another one of its own.
     */
    listed: ReadonlyMap<string, ListedObject>;
  }>;

/**
 * Runs `work` with a way to the store for this film's objects. What a run that was cut off left under
 * the same revision is not sent again where it is equal. Uploads end with `work`, however it ends.
 */
export async function withUploads<Result>(
  { plan, takenOver }: Readonly<{ plan: Plan; takenOver: readonly string[] }>,
  { store, settings, report, signal }: IngestContext,
  work: (uploads: FilmUploads) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController();
  const meter = new UploadMeter(plan, report);
  const listed = new Map<string, ListedObject>();
  const prefix = keys.revision(plan.slug, plan.revision);
  for (const revision of [plan.revision, ...takenOver]) {
    const from = keys.revision(plan.slug, revision);
    for await (const object of store.list(from, { signal })) {
      const key = `${prefix}${object.key.slice(from.length)}`;
      if (!listed.has(key)) listed.set(key, object);
    }
  }
  // Some stores have no list of these, or do not show it with this key: then nothing is taken back.
  await takeBackUploads(store, { prefix, signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    if (!(error instanceof IngestError)) throw error;
  });
  const uploader = createUploader({
    store,
    concurrency: settings.uploadConcurrency,
    already: listed,
    onProgress: (progress) => meter.progress(progress),
    signal: AbortSignal.any([signal, stop.signal]),
  });
  try {
    return await work({ ...uploader, meter, listed });
  } catch (error) {
    throw sayWhatIsKept(error, uploader.stored);
  } finally {
    stop.abort();
    // Unfinished uploads in parts are taken back, which takes a moment.
    await uploader.finish().catch(() => {});
  }
}

/** Of a failure of the store, so that nobody fears for hours of uploading. */
function sayWhatIsKept(error: unknown, stored: Uploader['stored']): unknown {
  const isOfStore = error instanceof IngestError && /^(store|credentials)$/.test(error.exit);
  if (!isOfStore || stored.size === 0) return error;
  const bytes = [...stored.values()].reduce((total, object) => total + object.bytes, 0);
  const kept = `${stored.size} objects of the film (${formatBytes(bytes)}) are stored and are not sent again.`;
  const why = error.why?.replace(/[^.!?]$/, '$&.');
  return new IngestError(error.exit, {
    what: error.message,
    why: why === undefined ? kept : `${why} ${kept}`,
    ...(error.fix === undefined ? {} : { fix: error.fix }),
    isOfOneFilm: error.isOfOneFilm,
    cause: error,
  });
}
