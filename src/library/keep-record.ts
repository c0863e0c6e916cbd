import { isDeepStrictEqual } from 'node:util';
import { recordDocument, staleFields } from '../catalog/stamp-movie.ts';
import type { Catalog } from '../model/catalog.ts';
import type { Manifest } from '../model/manifest.ts';
import { movieFromJson, movieToJson } from '../model/movie-json.ts';
import type { Store } from '../model/store.ts';
import { keys, objectHeaders } from '../plan/keys.ts';
import { putManifest } from '../publish/put-manifest.ts';

type KeepContext = Readonly<{
  catalog: Pick<Catalog, 'findBySlug'>;
  store: Store;
  signal: AbortSignal;
}>;

/**
 * Sees to it that the manifest knows the document as it stands: one small PUT, and only where an editor
 * was there, or the manifest is of before documents were recorded. Answers with the manifest as it is
 * now. With `exactly` the document's version and last change are to be known too: of one that this run
 * has changed.
 */
export async function keepRecord(
  manifest: Manifest,
  { catalog, store, signal }: KeepContext,
  { exactly = false }: Readonly<{ exactly?: boolean }> = {},
): Promise<Manifest> {
  const document = await catalog.findBySlug(manifest.slug);
  if (document === undefined) return manifest;
  const recorded = movieFromJson(manifest.movie);
  if (!exactly && staleFields(recorded, document).length === 0) return manifest;
  const movie = movieToJson(recordDocument(recorded, document));
  if (isDeepStrictEqual(movie, manifest.movie)) return manifest;
  return writeManifest({ ...manifest, movie }, { store, signal });
}

/** Writes a manifest to its place, and answers with it. */
export async function writeManifest(
  manifest: Manifest,
  { store, signal }: Pick<KeepContext, 'store' | 'signal'>,
): Promise<Manifest> {
  const key = keys.manifest(manifest.slug, manifest.revision);
  await putManifest(store, manifest, { key, headersFor: objectHeaders, signal });
  return manifest;
}
