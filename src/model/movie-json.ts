import type { Movie } from './movie.ts';

/** A Movie as manifests and the outbox keep it: JSON, with its dates as ISO texts. */
export function movieToJson(movie: Movie): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(movie)) as Record<string, unknown>;
}

/** The Movie that `movieToJson` was given. What it reads is our own, and was checked to be an object. */
export function movieFromJson(json: Readonly<Record<string, unknown>>): Movie {
  const stored = json as unknown as Movie;
  const { source } = stored.pipeline;
  return {
    ...stored,
    ingestedAt: new Date(stored.ingestedAt),
    pipeline: { ...stored.pipeline, source: { ...source, mtime: new Date(source.mtime) } },
  };
}
