import { basename } from 'node:path';
import { nameFilm } from '../catalog/name-film.ts';
import { readRevision } from '../hls/read-playlist.ts';
import type { EditorialFields, Movie } from '../model/movie.ts';
import { movieFromJson } from '../model/movie-json.ts';
import { keys } from '../plan/keys.ts';
import { readPublished } from '../publish/read-published.ts';
import type { IngestContext, IngestRequest } from './context.ts';
import { anotherFilm, type FilmIdentity } from './identify-film.ts';
import type { Published } from './published.ts';

/**
 * The film as it is published, if that is this very film with these settings: then only its document
 * is left to be made true. Undefined when it must be encoded: not published, other settings, or
 * `--force`. Throws `usage` when the slug is another film's.
 */
export async function findStanding(
  request: IngestRequest,
  film: FilmIdentity,
  { store, signal }: Pick<IngestContext, 'store' | 'signal'>,
): Promise<Published | undefined> {
  if (request.force) return undefined;
  const published = await readPublished(store, {
    masterKey: keys.master(film.slug),
    manifestKey: (revision) => keys.manifest(film.slug, revision),
    readRevision,
    signal,
  });
  if (published === undefined) return undefined;
  const { manifest } = published;
  const standing = movieFromJson(manifest.movie);
  if (manifest.fingerprint !== film.fingerprint) {
    throw anotherFilm({
      path: request.path,
      slug: film.slug,
      isChosen: request.slug !== undefined,
      theirFile: standing.pipeline.source.filename,
    });
  }
  if (manifest.recipe !== film.recipe) return undefined;
  return { manifest, movie: withGivenNames(standing, request, film) };
}

/**
 * A title given now counts now, also for a film that is in; one that was given when it was published
 * does not count again, as an editor may have changed it since.
 */
export function withGivenNames(
  movie: Movie,
  request: IngestRequest,
  film: Pick<FilmIdentity, 'sidecar'>,
): Movie {
  const { editorial, explicit } = nameFilm({
    flags: request,
    sidecar: film.sidecar,
    fileName: basename(request.path),
  });
  const given = Object.fromEntries(explicit.map((field) => [field, editorial[field]]));
  return {
    ...movie,
    editorial: { ...movie.editorial, ...(given as Partial<EditorialFields>) },
    explicit,
  };
}
