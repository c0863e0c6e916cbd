import type { SampledRates } from '../model/measured.ts';
import type { VideoRendition } from '../model/plan.ts';
import type { VideoCodec } from '../model/preset.ts';
import { floorKbps } from './floor-kbps.ts';

/**
 * An encoder that aims at an average takes from the hard scenes what it has for the easy ones; with a
 * quarter more both keep what constant quality gives them (quality.md §5.2). Not measured on a Mac.
 */
const HEADROOM = 1.25;
/** HEVC needs this much of H.264's bits for the same picture: the caps of the preset hevc (quality.md §1). */
const HEVC_SHARE = 0.75;
/** Rungs closer than this are no choice for a player. */
const STEP = 1.3;

/**
 * The ladder with the averages that this film needs instead of those of the preset, which no film
 * exceeds; the ladder as it is where nothing was sampled. A rung stands at least 1.3 × above the one below, where the preset lets it.
 */
export function perTitle(
  video: readonly VideoRendition[],
  { sampled, codec }: Readonly<{ sampled: SampledRates | undefined; codec: VideoCodec }>,
): readonly VideoRendition[] {
  let belowKbps = 0;
  return video.map((rung) => {
    const found = sampled?.rungs.find(({ name }) => name === rung.name);
    if (found === undefined || rung.isCopied === true) return rung;
    const isOfH264 = codec === 'hevc' && sampled?.encoder === 'libx264';
    const needed = found.kbps * HEADROOM * (isOfH264 ? HEVC_SHARE : 1);
    const wanted = Math.max(needed, floorKbps(rung), belowKbps * STEP);
    const averageKbps = Math.min(rung.averageKbps, Math.round(wanted / 10) * 10);
    belowKbps = averageKbps;
    return { ...rung, averageKbps };
  });
}
