import { z } from 'zod';

/**
 * `videos/<slug>/<revision>/manifest.json`: every object of a published revision, and its document, so
 * that the catalogue can be rebuilt from the bucket alone (promise 6). No absolute path, no host of
 * the machine that made it. Objects are in key order; the master is not among them, as it is put last.
 * What it says of the bytes never changes; what it says of the document is kept up with the catalogue.
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
  /** The Movie as JSON, dates as ISO texts (`model/movie-json.ts`), as its document stands. */
  movie: z.record(z.string(), z.unknown()),
  /**
   * The Plan that it was encoded by, without paths and without the command: what the gate needs to
   * judge the same bytes again. Absent in manifests of before it was kept.
   */
  plan: z.record(z.string(), z.unknown()).optional(),
  /** Taken away by `rm` then: a catalogue that is rebuilt must not bring it back. */
  deleted_at: z.iso.datetime().optional(),
});

export type Manifest = z.infer<typeof Manifest>;
