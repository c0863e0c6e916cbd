import type { Movie } from '../model/movie.ts';
import type { Store } from '../model/store.ts';

type Place = Pick<Store, 'kind' | 'bucket' | 'publicBaseUrl'>;

export type Rebased = Readonly<{
  movie: Movie;
  /** How many values changed. */
  fields: number;
}>;

/**
 * The movie as it is told from this store: every text of the pipeline's fields below the public URL that
 * it was published under begins with the store's own now, and `storage` names it. Pure.
 */
export function rebaseMovie(movie: Movie, { kind, bucket, publicBaseUrl }: Place): Rebased {
  const { storage } = movie.pipeline;
  let fields = 0;
  const count = (before: unknown, after: unknown) => {
    if (before !== after) fields += 1;
  };
  count(storage.provider, kind);
  count(storage.bucket, bucket);
  const from = storage.public_base_url;
  const rebase = (value: unknown): unknown => {
    if (typeof value === 'string') {
      const isBelow = value === from || value.startsWith(`${from}/`);
      const after = isBelow ? publicBaseUrl + value.slice(from.length) : value;
      count(value, after);
      return after;
    }
    if (Array.isArray(value)) return value.map(rebase);
    if (typeof value !== 'object' || value === null || value instanceof Date) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, rebase(member)]));
  };
  const rebased = rebase(movie.pipeline) as Movie['pipeline'];
  const { bucket: _, ...rest } = rebased.storage;
  const pipeline = {
    ...rebased,
    storage: { ...rest, provider: kind, ...(bucket === undefined ? {} : { bucket }) },
  };
  return { movie: { ...movie, pipeline }, fields };
}
