import { createHash } from 'node:crypto';
import type { Manifest } from '../model/manifest.ts';
import type { ObjectHeaders, Store } from '../model/store.ts';

export type PutManifestOptions = Readonly<{
  key: string;
  headersFor: (key: string) => ObjectHeaders;
  signal: AbortSignal;
}>;

/** Writes a manifest; replaces the one that is there, as a whole. */
export async function putManifest(
  store: Store,
  manifest: Manifest,
  { key, headersFor, signal }: PutManifestOptions,
): Promise<void> {
  const body = Buffer.from(`${JSON.stringify(manifest, undefined, 1)}\n`);
  const md5 = createHash('md5').update(body).digest('hex');
  await store.put({ key, body, md5, ...headersFor(key) }, { signal });
}
