import { movieFromJson } from '../model/movie-json.ts';
import { keys } from '../plan/keys.ts';
import { parseManifest } from '../publish/read-published.ts';
import type { LibraryContext } from './context.ts';
import type { Film } from './look-at-film.ts';

/**
 * The film with its manifest and its document as they are now. Undefined when it is another than was
 * looked at: somebody has published, removed or recorded it meanwhile.
 */
export async function refresh(
  film: Film,
  { store, catalog, signal }: Pick<LibraryContext, 'store' | 'catalog' | 'signal'>,
  { afterOwnChange = false }: Readonly<{ afterOwnChange?: boolean }> = {},
): Promise<Film | undefined> {
  const { slug, stored } = film;
  const master = await store.get(keys.master(slug), { signal });
  const wasThere = stored.masterState !== 'absent';
  if (!afterOwnChange && (master !== undefined) !== wasThere) return undefined;
  if (stored.revision === undefined) return { ...film, document: await catalog.findBySlug(slug) };
  const body = await store.get(keys.manifest(slug, stored.revision), { signal });
  const manifest = body && parseManifest(body);
  const isSwitched =
    stored.masterState === 'as recorded' &&
    stored.manifest !== undefined &&
    master?.toString('utf8') !== stored.manifest.master;
  if (
    !afterOwnChange &&
    (isSwitched || (manifest === undefined) !== (stored.manifest === undefined))
  ) {
    return undefined;
  }
  return {
    ...film,
    stored: { ...stored, manifest },
    recorded: manifest && movieFromJson(manifest.movie),
    document: await catalog.findBySlug(slug),
  };
}
