import { basename } from 'node:path';
import { describe } from '../catalog/describe.ts';
import { nameFilm } from '../catalog/name-film.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Movie } from '../model/movie.ts';
import type { Package } from '../model/package.ts';
import type { Plan } from '../model/plan.ts';
import { publicUrl } from '../model/store.ts';
import { keys, objectHeaders } from '../plan/keys.ts';
import { publish } from '../publish/publish.ts';
import type { IngestContext, IngestRequest } from './context.ts';
import type { FilmIdentity } from './identify-film.ts';
import { movieFromManifest, movieToJson } from './manifest-movie.ts';
import type { FilmUploads } from './with-uploads.ts';

export type PublishFilmOptions = Readonly<{
  request: IngestRequest;
  film: FilmIdentity;
  plan: Plan;
  poster: Buffer;
  package: Package;
  /** With the package's segments given to it. */
  uploads: FilmUploads;
  context: IngestContext;
}>;

/** Waits for the uploads, publishes the film, and answers with the document that tells of it. */
export async function publishFilm(options: PublishFilmOptions): Promise<Movie> {
  const { plan, uploads, context, poster } = options;
  const { store, report, signal } = context;
  report({ type: 'step', step: 'upload' });
  uploads.meter.expect(options.package.bytes);
  uploads.meter.finished(await uploads.finish());
  report({ type: 'step', step: 'publish' });
  const manifest = await publish({
    store,
    uploads,
    package: options.package,
    prefix: keys.revision(plan.slug, plan.revision),
    masterKey: keys.master(plan.slug),
    manifestKey: keys.manifest(plan.slug, plan.revision),
    poster: { key: keys.poster(plan.slug), body: poster },
    headersFor: objectHeaders,
    describeManifest: (objects) => manifestOf(objects, options),
    signal,
  });
  report({ type: 'published', hlsUrl: publicUrl(store, keys.master(plan.slug)) });
  return movieFromManifest(manifest);
}

function manifestOf(objects: Manifest['objects'], options: PublishFilmOptions): Manifest {
  const { film, plan } = options;
  return {
    manifest_version: 1,
    slug: plan.slug,
    revision: plan.revision,
    recipe: plan.recipe,
    fingerprint: film.fingerprint,
    master: options.package.master,
    objects,
    movie: movieToJson(movieOf(objects, options)),
  };
}

function movieOf(objects: Manifest['objects'], options: PublishFilmOptions): Movie {
  const { request, film, plan, context } = options;
  const { store, version } = context;
  return describe({
    plan,
    package: options.package,
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
