import { IngestError } from '../errors.ts';
import type { PutRequest, Store, StoredObject, StoreOptions } from '../model/store.ts';

/** What keeps a run that slept through its lock from changing what viewers get. */
export type Fence = Readonly<{
  /** By key: the ETag of what stood there while the lock was held for certain. Kept up to date below. */
  seen: Map<string, string | undefined>;
  /** Throws `locked` when the lock is lost. */
  demandLock: () => Promise<void>;
}>;

export type OpenFenceOptions = StoreOptions & Pick<Fence, 'demandLock'>;

/**
 * Looks at the objects that a film has but once, whatever its revision, before hours of work. Who finds
 * another one there at the end was asleep while somebody published: no question to a server of locks can
 * show that for certain, as a process may be stopped between the answer and the PUT.
 */
export async function openFence(
  store: Store,
  keys: readonly string[],
  { demandLock, signal }: OpenFenceOptions,
): Promise<Fence> {
  const seen = new Map<string, string | undefined>();
  for (const key of keys) seen.set(key, (await store.look(key, { signal }))?.etag);
  await demandLock();
  return { seen, demandLock };
}

/**
 * Writes one of them over what was seen there, asking for the lock as the last thing before. Throws
 * `locked`, and nothing was written, when the lock is lost or another run has written there.
 */
export async function replaceObject(
  store: Store,
  request: PutRequest & Readonly<{ body: Buffer; md5: string }>,
  { fence, signal }: StoreOptions & Readonly<{ fence: Fence }>,
): Promise<StoredObject> {
  const { key, body, md5 } = request;
  const { seen, demandLock } = fence;
  if (!seen.has(key)) throw new Error(`nobody looked at ${key}`);
  const condition = { seen: seen.get(key), demandHeld: demandLock };
  const stored = await store.replace({ ...request, ...condition }, { signal });
  // Our own, after an answer that was lost; or the very same, by whom so ever.
  const isThere = stored !== undefined || (await store.get(key, { signal }))?.equals(body) === true;
  if (!isThere) {
    await demandLock();
    throw writtenByAnother(store, key);
  }
  seen.set(key, (await store.look(key, { signal }))?.etag);
  return stored ?? { key, bytes: body.length, md5 };
}

function writtenByAnother({ name }: Store, key: string): IngestError {
  return new IngestError('locked', {
    what: `${key} in ${name} was written by another run while this one was at it`,
    why: 'This run was asleep, or cut off, for so long that another took the film over; or something else writes there.',
    fix: 'Nothing of it was changed. Run the same command again; what is done is not done again.',
  });
}
