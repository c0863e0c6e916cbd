import { movieFromJson } from '../model/movie-json.ts';
import type { Revision } from '../model/revision.ts';
import { keys } from '../plan/keys.ts';
import { parseManifest } from '../publish/read-published.ts';
import type { LibraryContext } from './context.ts';
import type { Film } from './look-at-film.ts';
import { publishedRevisions } from './read-film.ts';

/** The revisions of a film that have a manifest, the latest first. */
export async function listRevisions(
  { slug, stored }: Film,
  { store, signal }: Pick<LibraryContext, 'store' | 'signal'>,
): Promise<readonly Revision[]> {
  const revisions: Revision[] = [];
  for (const { name, objects } of publishedRevisions(stored)) {
    const body = await store.get(keys.manifest(slug, name), { signal });
    const manifest = body && parseManifest(body);
    if (manifest === undefined) continue;
    const { pipeline, ingestedAt } = movieFromJson(manifest.movie);
    const sizes = new Map(objects.map(({ key, bytes }) => [key, bytes]));
    const own = manifest.objects.filter(({ key }) => key !== keys.poster(slug));
    revisions.push({
      revision: name,
      isCurrent: stored.master !== undefined && name === stored.revision,
      publishedAt: ingestedAt,
      preset: pipeline.encoder.preset,
      renditions: pipeline.metadata.resolutions,
      objects: objects.length,
      bytes: objects.reduce((total, { bytes }) => total + bytes, 0),
      isWhole: own.every(({ key, bytes }) => sizes.get(key) === bytes),
    });
  }
  return revisions.toSorted((a, b) => b.publishedAt.getTime() - a.publishedAt.getTime());
}
