/** A stretch of a film, in seconds from its start. */
export type SampleTime = Readonly<{ startSeconds: number; seconds: number }>;

/** Shorter pieces cut through the source's groups of pictures, longer ones see fewer scenes. */
const SAMPLE_SECONDS = 4;

/**
 * Where a film is looked at to learn of all of it: pieces of 4 s at equal distances, 3, 6 or 12 by its
 * length (quality.md §5.1: 12 of them miss the rate of 90 minutes by 6 %). Of a film as short as one
 * piece, all.
 */
export function sampleTimes(durationMs: number): readonly SampleTime[] {
  const film = durationMs / 1000;
  if (film <= SAMPLE_SECONDS) return [{ startSeconds: 0, seconds: film }];
  const count = film < 60 ? 3 : film < 300 ? 6 : 12;
  // A film of a few seconds has no room for pieces that do not overlap.
  const pieces = Math.min(count, Math.floor(film / SAMPLE_SECONDS));
  return Array.from({ length: pieces }, (_, index) => ({
    startSeconds: ((index + 0.5) / pieces) * film - SAMPLE_SECONDS / 2,
    seconds: SAMPLE_SECONDS,
  }));
}
