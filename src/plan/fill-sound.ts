import type { AudioRendition } from '../model/plan.ts';
import type { AudioTrack } from '../model/source.ts';

/** Less than this players have loaded to the end of the film by the time that the sound is over. */
const LEAST_GAP_MS = 1_000;

/** How long the film goes on without this sound, where that is worth a word; else undefined. */
export function silentEndMs(
  { endMs }: Pick<AudioTrack, 'endMs'>,
  durationMs: number,
): number | undefined {
  const gapMs = endMs === undefined ? 0 : durationMs - endMs;
  return gapMs < LEAST_GAP_MS ? undefined : gapMs;
}

/**
 * Sound that ends before the picture goes on as silence, so that both playlists are equally long (Apple
 * 8.3): by Media Source Extensions a picture waits for sound that does not come. By a fixed length, not
 * up to the end, so that sound that gets lost on the way still makes the whole too short for the gate.
 */
export function fillSound(
  audio: readonly AudioRendition[],
  durationMs: number,
): readonly AudioRendition[] {
  return audio.map((rendition) => {
    const fillMs = silentEndMs(rendition, durationMs);
    return fillMs === undefined ? rendition : { ...rendition, fillMs };
  });
}
