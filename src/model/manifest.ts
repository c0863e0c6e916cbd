import { z } from 'zod';

/**
 * `videos/<slug>/<revision>/manifest.json`: every object of a published revision, and its document, so
 * that the catalogue can be rebuilt from the bucket alone (promise 6). No absolute path, no host of
 * the machine that made it. Objects are in key order; the master is not among them, as it is put last.
 */
export const Manifest = z.object({
  manifest_version: z.literal(1),
  slug: z.string(),
  revision: z.string(),
  recipe: z.string(),
  /** Of the film that it was made from (`Source.fingerprint`). */
  fingerprint: z.string(),
  /** Text of `videos/<slug>/master.m3u8` for this revision: enough to switch back to it. */
  master: z.string(),
  objects: z.array(
    z.object({
      key: z.string(),
      bytes: z.int().nonnegative(),
      md5: z.string().regex(/^[0-9a-f]{32}$/),
      content_type: z.string(),
    }),
  ),
  /** The Movie as JSON, dates as ISO texts (`ingest/manifest-movie.ts`). */
  movie: z.record(z.string(), z.unknown()),
});

export type Manifest = z.infer<typeof Manifest>;
