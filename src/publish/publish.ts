import { createHash } from 'node:crypto';
import { IngestError } from '../errors.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Package } from '../model/package.ts';
import type { PutRequest, Store, StoredObject } from '../model/store.ts';
import { putManifest } from './put-manifest.ts';
import { type Fence, replaceObject } from './replace-object.ts';

/** The way objects take to the store (`store/upload.ts`): bounded, patient, remembering what is there. */
export type Uploads = Readonly<{
  add(request: PutRequest): Promise<void>;
  finish(): Promise<unknown>;
  stored: ReadonlyMap<string, StoredObject>;
}>;

export type PublishRequest = Readonly<{
  store: Store;
  /** With all segments of the package given to it. */
  uploads: Uploads;
  package: Package;
  /** `videos/<slug>/<revision>/`. */
  prefix: string;
  masterKey: string;
  manifestKey: string;
  poster: Readonly<{ key: string; body: Buffer }>;
  headersFor: (key: string) => Readonly<{ contentType: string; cacheControl: string }>;
  /** The manifest for what is stored now; called once, when everything but it and the master is. */
  describeManifest: (objects: Manifest['objects']) => Manifest;
  /** Opened over the master and the poster before the work began. */
  fence: Fence;
  signal: AbortSignal;
}>;

/**
 * Makes a film visible, in the one order in which nobody ever sees half of it (promise 2): segments,
 * texts and sheets beside them, media playlists, poster, manifest, then a listing compared with the manifest, and `master.m3u8` as
 * the last and only switch, read back. Up to that moment an older revision stays what viewers get.
 * Repeating it after a failure is safe. Throws `store` naming the first object that is not as it
 * should be; then the master was not touched.
 */
export async function publish(request: PublishRequest): Promise<Manifest> {
  const { store, uploads, prefix, signal } = request;
  for (const { path, body } of request.package.files) {
    await uploads.add(putRequest(request, `${prefix}${path}`, body));
  }
  for (const { path, text } of request.package.playlists) {
    await uploads.add(putRequest(request, `${prefix}${path}`, Buffer.from(text)));
  }
  await uploads.finish();
  const poster = putRequest(request, request.poster.key, request.poster.body);
  const storedPoster = await replaceObject(store, poster, request);

  const stored = [...uploads.stored.values(), { ...storedPoster, md5: poster.md5 }];
  const manifest = request.describeManifest(manifestObjects(stored, request));
  const { manifestKey: key, headersFor } = request;
  await request.fence.demandLock();
  await putManifest(store, manifest, { key, headersFor, signal });

  await compareListing(request, manifest);
  await switchMaster(request, manifest.master);
  return manifest;
}

export type RepublishRequest = Pick<
  PublishRequest,
  'store' | 'prefix' | 'masterKey' | 'manifestKey' | 'headersFor' | 'fence' | 'signal'
>;

/**
 * Makes a revision visible that is all in the store already: one that a run was cut off from switching
 * to, or an earlier one. Nothing of it is written again but the master. Throws `store`, with the master
 * untouched, when an object of it is missing or damaged.
 */
export async function republish(request: RepublishRequest, manifest: Manifest): Promise<void> {
  await compareListing(request, manifest);
  await switchMaster(request, manifest.master);
}

function putRequest({ headersFor }: Pick<PublishRequest, 'headersFor'>, key: string, body: Buffer) {
  return { key, body, md5: md5Of(body), ...headersFor(key) };
}

function md5Of(body: Buffer): string {
  return createHash('md5').update(body).digest('hex');
}

function manifestObjects(
  stored: readonly StoredObject[],
  { headersFor }: PublishRequest,
): Manifest['objects'] {
  return stored
    .map(({ key, bytes, md5 }) => {
      if (md5 === undefined) throw new Error(`the MD5 of ${key} is not known`);
      return { key, bytes, md5, content_type: headersFor(key).contentType };
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** What the store says it holds must be what we say we put; leftovers of a run that was cut off go. */
async function compareListing(request: RepublishRequest, manifest: Manifest): Promise<void> {
  const { store, prefix, manifestKey, signal } = request;
  const expected = new Map(
    manifest.objects
      .filter((object) => object.key.startsWith(prefix))
      .map((object) => [object.key, object]),
  );
  const leftovers: string[] = [];
  for await (const { key, bytes, md5 } of store.list(prefix, { signal })) {
    const object = expected.get(key);
    expected.delete(key);
    if (object === undefined) {
      if (key !== manifestKey) leftovers.push(key);
    } else if (object.bytes !== bytes || (md5 !== undefined && md5 !== object.md5)) {
      throw notAsPut(store, key, 'its size or MD5 is not what was sent');
    }
  }
  const missing = expected.keys().next();
  if (!missing.done) throw notAsPut(store, missing.value, 'the listing does not show it');
  if (leftovers.length > 0) await store.remove(leftovers, { signal });
}

async function switchMaster(request: RepublishRequest, master: string): Promise<void> {
  const { store, masterKey, signal } = request;
  const body = Buffer.from(master);
  await replaceObject(store, putRequest(request, masterKey, body), request);
  const readBack = await store.get(masterKey, { signal });
  if (readBack?.equals(body) !== true) {
    await request.fence.demandLock(); // or it is the next one's by now, and all is well
    throw notAsPut(store, masterKey, 'it reads back differently from what was written');
  }
}

function notAsPut(store: Store, key: string, why: string): IngestError {
  return new IngestError('store', {
    what: `${key} in ${store.name} is not as it was put`,
    why: `After the upload ${why}: something else writes there, or the store lost it.`,
    fix: 'Run the same command again; it sends only what is missing.',
  });
}
