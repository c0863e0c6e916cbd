import type { Manifest } from '../model/manifest.ts';
import type { Movie } from '../model/movie.ts';

/** A film that viewers have, and the document that is to tell of it. */
export type Published = Readonly<{
  manifest: Manifest;
  /** The manifest's, with what was given for this run. */
  movie: Movie;
}>;
