import { z } from 'zod';

const ms = z.number().nonnegative();
const bytes = z.int().nonnegative();

/**
 * How far a run is, told because somebody asked (SIGUSR1, Ctrl-T) and not because something happened:
 * a line of `--json`, but no event of the engine.
 */
export const StatusEvent = z.object({
  type: z.literal('status'),
  /** The stage: `encode`; `starting` before the first. */
  step: z.string(),
  /** Of the film at work, once planned; its file's name before. */
  slug: z.string().optional(),
  /** While a film in a bucket is fetched. */
  download: z
    .object({ doneBytes: bytes, totalBytes: bytes, bytesPerSecond: z.number().nonnegative() })
    .optional(),
  /** While it encodes. */
  encode: z
    .object({ doneMs: ms, totalMs: ms, speed: z.number().nonnegative(), etaMs: ms.optional() })
    .optional(),
  /** While it uploads. */
  upload: z
    .object({
      doneBytes: bytes,
      totalBytes: bytes,
      bytesPerSecond: z.number().nonnegative(),
      retries: z.int().nonnegative(),
    })
    .optional(),
  /** While nothing gets through to the store. */
  outage: z.object({ forMs: ms, giveUpAfterMs: ms }).optional(),
});

export type StatusEvent = z.infer<typeof StatusEvent>;
