import { IngestError } from '../errors.ts';
import { Manifest } from '../model/manifest.ts';
import type { Store } from '../model/store.ts';

export type PublishedRevision = Readonly<{ revision: string; manifest: Manifest }>;

export type ReadPublishedOptions = Readonly<{
  /** Key of the master, and the key of a revision's manifest. */
  masterKey: string;
  manifestKey: (revision: string) => string;
  /** Which revision a master points at (`hls/read-playlist.ts`). */
  readRevision: (master: string) => string | undefined;
  signal: AbortSignal;
}>;

/**
 * What viewers see of a film now: the revision that its master points at, with its manifest. Undefined
 * when nothing is published, or when what is there was not written by this program.
 */
export async function readPublished(
  store: Store,
  options: ReadPublishedOptions,
): Promise<PublishedRevision | undefined> {
  const { signal } = options;
  const master = await store.get(options.masterKey, { signal });
  if (master === undefined) return undefined;
  const revision = options.readRevision(master.toString('utf8'));
  if (revision === undefined) return undefined;
  const manifest = await readManifest(store, options.manifestKey(revision), signal);
  return manifest === undefined ? undefined : { revision, manifest };
}

/** Undefined when there is none. Throws `store` for one that cannot be read. */
export async function readManifest(
  store: Store,
  key: string,
  signal: AbortSignal,
): Promise<Manifest | undefined> {
  const body = await store.get(key, { signal });
  if (body === undefined) return undefined;
  const manifest = parseManifest(body);
  if (manifest !== undefined) return manifest;
  throw new IngestError('store', {
    what: `${key} in ${store.name} cannot be understood`,
    why: 'It is not a manifest of this version of movie-ingest, or it was changed by hand.',
    fix: 'Ingest the film again under a new revision: movie-ingest add --force FILM',
  });
}

/** Undefined for what is no manifest of ours. */
export function parseManifest(body: Buffer): Manifest | undefined {
  try {
    return Manifest.parse(JSON.parse(body.toString('utf8')));
  } catch {
    return undefined;
  }
}
