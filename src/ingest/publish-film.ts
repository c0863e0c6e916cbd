import { basename } from 'node:path';
import { ObjectId } from 'bson';
import { describe } from '../catalog/describe.ts';
import { nameFilm } from '../catalog/name-film.ts';
import { type Standing, stampMovie, standingOf } from '../catalog/stamp-movie.ts';
import { IngestError } from '../errors.ts';
import { readRevision } from '../hls/read-playlist.ts';
import type { BadRange } from '../model/damage.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Movie } from '../model/movie.ts';
import { movieFromJson, movieToJson } from '../model/movie-json.ts';
import type { Package } from '../model/package.ts';
import type { Plan } from '../model/plan.ts';
import { publicUrl } from '../model/store.ts';
import { keys, objectHeaders } from '../plan/keys.ts';
import { recordPlan } from '../plan/record-plan.ts';
import { publish } from '../publish/publish.ts';
import { parseManifest } from '../publish/read-published.ts';
import { legible } from '../store/legible.ts';
import type { FencedContext, IngestContext, IngestRequest } from './context.ts';
import type { FilmIdentity } from './identify-film.ts';
import type { Published } from './published.ts';
import type { FilmUploads } from './with-uploads.ts';

export type PublishFilmOptions = Readonly<{
  request: IngestRequest;
  film: FilmIdentity;
  plan: Plan;
  poster: Buffer;
  package: Package;
  /** What of the film is lost, and allowed to be. */
  damage: readonly BadRange[];
  /** With the package's segments given to it. */
  uploads: FilmUploads;
  context: FencedContext;
}>;

/** Waits for the uploads, publishes the film, and answers with its manifest and its document. */
export async function publishFilm(options: PublishFilmOptions): Promise<Published> {
  const { plan, uploads, context, poster } = options;
  const { store, report, signal } = context;
  report({ type: 'step', step: 'upload' });
  uploads.meter.expect(options.package.bytes);
  uploads.meter.finished(await uploads.finish());
  report({ type: 'step', step: 'publish' });
  const standing = await findStandingDocument(plan.slug, context);
  const manifest = await publish({
    store,
    uploads,
    package: options.package,
    prefix: keys.revision(plan.slug, plan.revision),
    masterKey: keys.master(plan.slug),
    manifestKey: keys.manifest(plan.slug, plan.revision),
    poster: { key: keys.poster(plan.slug), body: poster },
    headersFor: objectHeaders,
    describeManifest: (objects) => manifestOf(objects, options, standing),
    fence: context.fence,
    signal,
  });
  report({ type: 'published', hlsUrl: publicUrl(store, keys.master(plan.slug)) });
  return { manifest, movie: movieFromJson(manifest.movie) };
}

/**
 * What is known of the film's document now, hours after the run began; from the manifest of what
 * viewers have so far where the catalogue has none or has gone away in the meantime.
 */
async function findStandingDocument(
  slug: string,
  { catalog, store, signal }: IngestContext,
): Promise<Standing | undefined> {
  const document = await catalog.findBySlug(slug).catch((error: unknown) => {
    signal.throwIfAborted();
    if (error instanceof IngestError) return undefined;
    throw error;
  });
  const { get } = legible(store);
  const master = await get(keys.master(slug), { signal });
  const revision = master && readRevision(master.toString('utf8'));
  const record = revision && (await get(keys.manifest(slug, revision), { signal }));
  const manifest = record ? parseManifest(record) : undefined;
  const recorded = manifest && movieFromJson(manifest.movie);
  if (document === undefined) return recorded;
  return standingOf(document, recorded?.editorial ?? { title: '', description: '' });
}

function manifestOf(
  objects: Manifest['objects'],
  options: PublishFilmOptions,
  standing: Standing | undefined,
): Manifest {
  const { film, plan } = options;
  const movie = stampMovie(movieOf(objects, options), {
    standing,
    now: new Date(),
    newId: new ObjectId(),
  });
  return {
    manifest_version: 1,
    slug: plan.slug,
    revision: plan.revision,
    recipe: plan.recipe,
    fingerprint: film.fingerprint,
    master: options.package.master,
    objects,
    movie: movieToJson(movie),
    plan: recordPlan(plan),
  };
}

function movieOf(objects: Manifest['objects'], options: PublishFilmOptions): Movie {
  const { request, film, plan, context } = options;
  const { store, version } = context;
  return describe({
    plan,
    package: options.package,
    damage: options.damage,
    names: nameFilm({
      flags: request,
      sidecar: film.sidecar,
      containerTitle: plan.source.title,
      fileName: basename(request.path),
    }),
    toolVersion: version,
    ingestedAt: new Date(),
    duplicateOf: film.duplicateOf,
    published: {
      store,
      prefix: `videos/${plan.slug}/`,
      hlsUrl: publicUrl(store, keys.master(plan.slug)),
      thumbnailUrl: publicUrl(store, keys.poster(plan.slug)),
      // The manifest and the master are not among them: they are made from this.
      objects: objects.length + 2,
      bytes: objects.reduce((total, { bytes }) => total + bytes, 0),
    },
  });
}
