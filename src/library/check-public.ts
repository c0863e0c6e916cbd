import { createHash } from 'node:crypto';
import type { StoredFacts } from '../deliver/public-visit.ts';
import type { ListedObject, Store } from '../model/store.ts';
import { objectHeaders } from '../plan/keys.ts';
import type { Finding } from '../reconcile/decide.ts';
import type { LibraryContext } from './context.ts';
import type { Film } from './look-at-film.ts';
import { type FaultOfFilm, visitFilm } from './visit-film.ts';

/**
 * Fetches the master, every playlist, the poster and some segments of each rendition through the public
 * address, as a page and as an app do, and tells what is wrong with them, with cause and fix.
 */
export async function checkPublic(
  { stored, poster }: Film,
  { store, settings, signal }: Pick<LibraryContext, 'store' | 'settings' | 'signal'>,
): Promise<readonly Finding[]> {
  const { manifest } = stored;
  if (manifest === undefined) return [];
  const { faults } = await visitFilm(manifest, {
    ...settings,
    publicBaseUrl: store.publicBaseUrl,
    poster: poster && (await factsOf(poster, { store, signal })),
    segments: 3,
    signal,
  });
  return faults.map(findingOf);
}

/** A store that tells no MD5 (a folder) is read for it. Undefined when the object is gone by now. */
export async function factsOf(
  { key, md5, bytes }: ListedObject,
  { store, signal }: Readonly<{ store: Pick<Store, 'get'>; signal: AbortSignal }>,
): Promise<StoredFacts | undefined> {
  const own = md5 ?? md5Of(await store.get(key, { signal }));
  return own === undefined ? undefined : { key, md5: own, bytes, ...objectHeaders(key) };
}

function md5Of(body: Buffer | undefined): string | undefined {
  return body && createHash('md5').update(body).digest('hex');
}

function findingOf({ fault, keys }: FaultOfFilm): Finding {
  const [key, ...more] = keys;
  const others = more.length === 0 ? '' : ` (and ${more.length} more objects)`;
  return {
    row: 11,
    mark: '!',
    kind: 'public address',
    detail: `${fault.what}${others}. ${fault.cause} Fix: ${fault.fix}`,
    ...(key === undefined ? {} : { key }),
    isDrift: fault.isFatal,
    isLoss: false,
  };
}
