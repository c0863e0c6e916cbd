import { createHash } from 'node:crypto';
import { IngestError } from '../errors.ts';
import type { Manifest } from '../model/manifest.ts';
import { keys, objectHeaders } from '../plan/keys.ts';
import { openFence, replaceObject } from '../publish/replace-object.ts';
import type { LibraryContext } from './context.ts';

/** The one switch: from now on viewers get this manifest's revision. Read back, as after an ingest. */
export async function putMaster(
  { slug, master }: Manifest,
  { store, signal }: Pick<LibraryContext, 'store' | 'signal'>,
): Promise<void> {
  const key = keys.master(slug);
  const body = Buffer.from(master);
  const md5 = createHash('md5').update(body).digest('hex');
  const demandLock = async () => signal.throwIfAborted(); // the store asks by itself (`fenced`)
  const fence = await openFence(store, [key], { demandLock, signal });
  const request = { key, body, md5, ...objectHeaders(key) };
  await replaceObject(store, request, { fence, signal });
  if ((await store.get(key, { signal }))?.equals(body) === true) return;
  throw new IngestError('store', {
    what: `${key} in ${store.name} is not as it was put`,
    why: 'It reads back differently from what was written: something else writes there.',
    fix: 'Run the same command again.',
  });
}
