import { nameLanguage } from '../lib/language.ts';
import type { AudioRendition } from '../model/plan.ts';
import type { Preset } from '../model/preset.ts';
import type { AudioTrack } from '../model/source.ts';

/** More than any film has; a file with hundreds of tracks is an attack on our time. */
const MAX_TRACKS = 16;

/**
 * One playlist per sound track, in file order, each with a name of its own; exactly one is the
 * default: the track that the file marks and that is no commentary, else the first.
 */
export function audioRenditions(
  tracks: readonly AudioTrack[],
  preset: Preset,
): readonly AudioRendition[] {
  const chosen = tracks.slice(0, MAX_TRACKS);
  const fallback = chosen.find((track) => !track.isCommentary) ?? chosen[0];
  const preferred = chosen.find((track) => track.isDefault && !track.isCommentary) ?? fallback;
  const taken = new Set<string>();
  return chosen.map((track) => ({
    name: unique(`audio-${track.language.toLowerCase()}`, taken),
    sourceIndex: track.index,
    language: track.language,
    label: unique(labelOf(track), taken),
    channels: preset.audio.channels,
    sourceChannels: track.channels,
    kbps: preset.audio.kbps,
    sampleRateHz: preset.audio.sampleRateHz,
    isDefault: track === preferred,
    isCommentary: track.isCommentary,
    ...(track.endMs === undefined ? {} : { endMs: track.endMs }),
  }));
}

function labelOf(track: AudioTrack): string {
  const language = nameLanguage(track.language);
  if (language === undefined) return track.title ?? 'Audio';
  return track.title === undefined ? language : `${language} (${track.title})`;
}

/** NAME must be unique in its group (RFC 8216 §4.3.4.1.1), and so must a folder. */
function unique(name: string, taken: Set<string>): string {
  let candidate = name;
  for (let number = 2; taken.has(candidate); number += 1) candidate = `${name}-${number}`;
  taken.add(candidate);
  return candidate;
}
