import type { Manifest } from '../model/manifest.ts';
import type { Movie } from '../model/movie.ts';

/** A Movie as the manifest keeps it: JSON, with its dates as ISO texts. */
export function movieToJson(movie: Movie): Manifest['movie'] {
  return JSON.parse(JSON.stringify(movie)) as Manifest['movie'];
}

/**
 * The Movie of a published revision, equal to the one that was described when it was published. The
 * manifest is our own and was checked by its schema; its two dates become dates again.
 */
export function movieFromManifest({ movie }: Manifest): Movie {
  const stored = movie as unknown as Movie;
  const { source } = stored.pipeline;
  return {
    ...stored,
    ingestedAt: new Date(stored.ingestedAt),
    pipeline: { ...stored.pipeline, source: { ...source, mtime: new Date(source.mtime) } },
  };
}
