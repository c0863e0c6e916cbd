import { randomBytes } from 'node:crypto';
import { IngestError } from '../errors.ts';
import { formatDuration } from '../lib/format-duration.ts';
import type { Store } from '../model/store.ts';

export type CheckStoreOptions = Readonly<{
  /** Where the probe object is put, as `videos/`: a key that may write only there is enough. */
  prefix: string;
  signal?: AbortSignal | undefined;
  /** List only: for a first word with the store, before it is known that anything is to be written. */
  readOnly?: boolean;
  /** For all steps together. 8 s; a minute for a folder. */
  deadlineMs?: number;
}>;

/** An external disk that sleeps takes up to 15 s to turn, and a busy one seconds for each fsync. */
const FOLDER_MS = 60_000;
const BUCKET_MS = 8_000;

/**
 * Proves that everything which publishing needs can be done: list, put, read back unchanged, delete,
 * with a tiny object that is removed whatever happens; one that a killed run could not remove goes with
 * a check that comes an hour later. Throws the IngestError of the first step that
 * fails. Give it the store itself and not a patient one: the cause is wanted now.
 */
export async function checkStore(store: Store, options: CheckStoreOptions): Promise<void> {
  const { prefix, deadlineMs = store.kind === 'folder' ? FOLDER_MS : BUCKET_MS } = options;
  const deadline = AbortSignal.timeout(deadlineMs);
  const signal = AbortSignal.any([deadline, ...(options.signal ? [options.signal] : [])]);
  try {
    for await (const _first of store.list(prefix, { signal })) break;
    if (options.readOnly !== true) await writeReadDelete(store, { prefix, signal, deadlineMs });
  } catch (error) {
    if (error !== deadline.reason || !deadline.aborted) throw error;
    throw new IngestError('store', {
      what: `${store.name} did not answer within ${formatDuration(deadlineMs)}`,
      fix: 'Check the network and the address of the store, then: movie-ingest doctor',
    });
  }
}

type Probe = Readonly<{ prefix: string; signal: AbortSignal; deadlineMs: number }>;

async function writeReadDelete(store: Store, probe: Probe): Promise<void> {
  const { prefix, signal } = probe;
  const key = `${prefix}${PROBE}${randomBytes(6).toString('hex')}`;
  const body = randomBytes(64);
  // Not stopped by what stopped the probe, or it would stay behind.
  const remove = () => store.remove([key], { signal: AbortSignal.timeout(probe.deadlineMs) });
  try {
    await store.put(
      { key, body, contentType: 'application/octet-stream', cacheControl: 'no-store' },
      { signal },
    );
    const read = await store.get(key, { signal });
    if (read === undefined || !read.equals(body)) throw notAsWritten(store, read);
  } catch (error) {
    await remove().catch(() => {}); // the first failure is the one to tell
    throw error;
  }
  await remove();
  await removeOld(store, probe).catch(() => {}); // proves nothing, so it fails nothing
}

const PROBE = '.movie-ingest-probe-';
/** Whatever two clocks say: no check lasts as long. */
const OLD_MS = 3_600_000;

async function removeOld(store: Store, { prefix, signal }: Probe): Promise<void> {
  const old: string[] = [];
  for await (const { key, modifiedAtMs } of store.list(`${prefix}${PROBE}`, { signal })) {
    if (Date.now() - modifiedAtMs > OLD_MS) old.push(key);
  }
  if (old.length > 0) await store.remove(old, { signal });
}

function notAsWritten(store: Store, read: Buffer | undefined): IngestError {
  return new IngestError('store', {
    what: `${store.name} did not give back what was written a moment ago`,
    why: read === undefined ? 'the object was not found' : 'its bytes were different',
    fix: 'Check that the address is that of the store itself, not of a cache in front of it.',
  });
}
