import { basename } from 'node:path';
import { IngestError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';
import { inboxKey } from '../sources/inbox-key.ts';
import type { IngestContext } from './context.ts';
import type { FilmContent } from './read-film.ts';

export type StagedFilm = Readonly<{
  /** `s3://bucket/inbox/…`, for whoever makes the film. */
  address: string;
  /** What the film is called, which its key says no more. */
  fileName: string;
  /** It was there already, whole. */
  wasThere: boolean;
}>;

/**
 * Uploads a film to the inbox of the store's bucket, for machines that cannot see this one's disks. One
 * that is there is not sent again, and one that was cut off is gone on with. Whoever publishes the film
 * removes it (`removeStaged`). Throws `usage` where the store is a folder.
 */
export async function stageFilm(
  path: string,
  { bytes, fingerprint }: FilmContent,
  { store, report, signal }: Pick<IngestContext, 'store' | 'report' | 'signal'>,
): Promise<StagedFilm> {
  const { bucket } = store;
  if (bucket === undefined) {
    throw new IngestError('usage', {
      what: '--stage needs a bucket, and the store is a folder',
      why: 'Other machines cannot fetch a film from a folder of this one.',
      fix: 'Name the film by a path that the workers share (--path-map), or configure R2, B2 or S3',
    });
  }
  const fileName = basename(path);
  const key = inboxKey(fingerprint, fileName);
  const staged = { address: `s3://${bucket}/${key}`, fileName };
  const there = await store.look(key, { signal });
  // The key is of the content: what has the size of the film is the film.
  if (there?.bytes === bytes) return { ...staged, wasThere: true };
  report({ type: 'step', step: 'stage' });
  const headers = { contentType: 'application/octet-stream', cacheControl: 'private, no-store' };
  const request = { key, body: { path, bytes }, ...headers, isGoneOnWith: true };
  await store.put(request, { signal }).catch(async (error) => {
    signal.throwIfAborted();
    if (!(error instanceof IngestError)) throw error;
    // Two who stage one film send the parts of one upload: it ends for both when the first is through.
    const now = await store.look(key, { signal }).catch(() => undefined);
    if (now?.bytes === bytes) return;
    throw new IngestError(error.exit, {
      what: `${cleanText(fileName, { maxLength: 200 })} was not staged: ${error.message}`,
      ...(error.why === undefined ? {} : { why: error.why }),
      ...(error.fix === undefined ? {} : { fix: error.fix }),
      isOfOneFilm: error.isOfOneFilm,
      cause: error,
    });
  });
  return { ...staged, wasThere: false };
}
