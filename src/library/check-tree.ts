import { IngestError } from '../errors.ts';
import { listReferences } from '../hls/read-playlist.ts';
import { keys } from '../plan/keys.ts';
import type { Finding } from '../reconcile/decide.ts';
import type { LibraryContext } from './context.ts';
import type { Film } from './look-at-film.ts';

/**
 * Follows every reference from the master to the last segment: what each names must be in the store.
 * With `readsPlaylists` false only those of the master, which the manifest holds: a media playlist that
 * has its MD5 names what it named when the gate had it.
 */
export async function checkTree(
  { slug, stored }: Film,
  { readsPlaylists }: Readonly<{ readsPlaylists: boolean }>,
  { store, signal }: Pick<LibraryContext, 'store' | 'signal'>,
): Promise<readonly Finding[]> {
  const { manifest, objects } = stored;
  if (manifest === undefined) return [];
  const there = new Set(objects.map(({ key }) => key));
  const findings: Finding[] = [];
  const follow = (from: string, text: string): readonly string[] => {
    const targets = referencesOf(text)?.map((uri) => resolve(from, uri));
    if (targets === undefined) findings.push(broken(from, 'is no valid playlist'));
    for (const target of targets ?? []) {
      if (!there.has(target)) findings.push(broken(from, `leads to ${target}, which is not there`));
    }
    return targets ?? [];
  };
  const playlists = follow(keys.master(slug), manifest.master);
  for (const playlist of readsPlaylists ? playlists : []) {
    const body = await store.get(playlist, { signal });
    if (body !== undefined) follow(playlist, body.toString('utf8'));
  }
  return findings;
}

function referencesOf(text: string): readonly string[] | undefined {
  try {
    return listReferences(text);
  } catch (error) {
    if (error instanceof IngestError) return undefined;
    throw error;
  }
}

/** As a player does, without a query. */
function resolve(from: string, uri: string): string {
  return new URL(uri, `https://store/${from}`).pathname.slice(1);
}

function broken(key: string, detail: string): Finding {
  return {
    row: 4,
    mark: '!',
    kind: 'reference broken',
    key,
    detail,
    isDrift: true,
    isLoss: false,
    remedy: 'add --force FILM',
  };
}
