import type { OpenUpload, Store } from '../model/store.ts';

export type TakeBackOptions = Readonly<{
  /** Only what stands below it. */
  prefix: string;
  /** Those that somebody may be at. */
  isBusy?: (upload: OpenUpload) => boolean;
  /** Only says what there is. */
  check?: boolean;
  signal?: AbortSignal | undefined;
}>;

/**
 * Aborts uploads in parts that were begun and never finished: what a `kill -9` leaves of an object above
 * 64 MiB. No listing shows them, and their parts are paid for. Answers with those that were found and not
 * busy. Whoever is at one after all loses a try: the parts are gone (NoSuchUpload), and it begins anew.
 */
export async function takeBackUploads(
  store: Store,
  { prefix, isBusy = () => false, check = false, signal }: TakeBackOptions,
): Promise<readonly OpenUpload[]> {
  const left: OpenUpload[] = [];
  for await (const upload of store.openUploads(prefix, { signal })) {
    if (!isBusy(upload)) left.push(upload);
  }
  if (!check) for (const upload of left) await store.abortUpload(upload, { signal });
  return left;
}
