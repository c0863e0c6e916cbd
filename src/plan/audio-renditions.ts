import { nameLanguage, primaryLanguage } from '../lib/language.ts';
import { SILENCE_LUFS, TARGET_LUFS } from '../model/loudness.ts';
import type { AudioRendition } from '../model/plan.ts';
import type { Preset } from '../model/preset.ts';
import type { AudioRole, AudioTrack } from '../model/source.ts';
import { channelMix, hasSurround } from './channel-mix.ts';

/** More than any film has; a file with hundreds of tracks is an attack on our time. */
const MAX_TRACKS = 16;

/** 5.1 in AAC (ffmpeg-hls.md §3). */
const SURROUND_KBPS = 320;

/**
 * One stereo playlist per sound track, in file order, each with a name of its own, and with
 * `preset.audio.surround` a second one in 5.1 for each track that has as much. Exactly one track is
 * the default (`defaultTrack`).
 */
export function audioRenditions(
  tracks: readonly AudioTrack[],
  preset: Preset,
): readonly AudioRendition[] {
  const preferred = defaultTrack(tracks, preset.audio.language);
  const chosen = chooseTracks(tracks, preferred);
  const labels = labelsOf(chosen);
  const taken = new Set<string>();
  const stereo = chosen.map((track, index): AudioRendition => {
    const mix = channelMix(track, 'stereo');
    return {
      name: unique(`audio-${track.language.toLowerCase()}`, taken, '-'),
      group: 'audio',
      sourceIndex: track.index,
      language: track.language,
      label: labels[index] ?? track.language,
      channels: preset.audio.channels,
      sourceChannels: track.channels,
      ...(mix === undefined ? {} : { mix }),
      ...gainFor(track.loudness?.audio),
      kbps: preset.audio.kbps,
      sampleRateHz: preset.audio.sampleRateHz,
      ...(track.mayChange === undefined ? {} : { mayChange: track.mayChange }),
      isDefault: track === preferred,
      role: track.role,
      ...(track.endMs === undefined ? {} : { endMs: track.endMs }),
    };
  });
  if (preset.audio.surround !== true) return stereo;
  const surround = chosen.flatMap((track, index): AudioRendition[] => {
    const twin = stereo[index];
    const mix = channelMix(track, '5.1');
    if (twin === undefined || mix === undefined || !hasSurround(track)) return [];
    const name = unique(`${twin.name}-surround`, taken, '-');
    const gain = gainFor(track.loudness?.surround);
    return [{ ...twin, name, group: 'surround', channels: 6, mix, ...gain, kbps: SURROUND_KBPS }];
  });
  return [...stereo, ...surround];
}

/** More would lift a track's noise, not its sound. */
const MAX_GAIN_DB = 30;

/** Linear, and the same for the same film: quiet stays quiet beside loud. Silence stays silence. */
function gainFor(lufs: number | undefined): Pick<AudioRendition, 'gainDb'> {
  if (lufs === undefined || lufs <= SILENCE_LUFS) return {};
  return { gainDb: Math.round(Math.min(MAX_GAIN_DB, TARGET_LUFS - lufs) * 10) / 10 };
}

/** Those that are left out for their number, so that it can be said. */
export function tracksLeftOut(
  tracks: readonly AudioTrack[],
  language: string | undefined,
): readonly AudioTrack[] {
  const chosen = chooseTracks(tracks, defaultTrack(tracks, language));
  return tracks.filter((track) => !chosen.includes(track));
}

/** The first ones, the default among them wherever it stands. */
function chooseTracks(
  tracks: readonly AudioTrack[],
  preferred: AudioTrack | undefined,
): readonly AudioTrack[] {
  const first = tracks.slice(0, MAX_TRACKS);
  if (preferred === undefined || first.includes(preferred)) return first;
  return [...tracks.slice(0, MAX_TRACKS - 1), preferred];
}

/**
 * What a viewer hears who chooses nothing: the film's own sound before commentaries and descriptions;
 * among these the asked language (`pt` finds `pt-BR`, and the other way round), then what the file
 * marks, then the first.
 */
function defaultTrack(
  tracks: readonly AudioTrack[],
  language: string | undefined,
): AudioTrack | undefined {
  const programmes = tracks.filter(({ role }) => role === 'main');
  const eligible = programmes.length > 0 ? programmes : tracks;
  const asked = inLanguage(eligible, language);
  const pool = asked.length > 0 ? asked : eligible;
  return pool.find((track) => track.isDefault) ?? pool[0];
}

/** Whether the film has its own sound in `language`. */
export function hasLanguage(tracks: readonly AudioTrack[], language: string): boolean {
  return (
    inLanguage(
      tracks.filter(({ role }) => role === 'main'),
      language,
    ).length > 0
  );
}

function inLanguage(
  tracks: readonly AudioTrack[],
  language: string | undefined,
): readonly AudioTrack[] {
  if (language === undefined) return [];
  const exact = tracks.filter((track) => track.language === language);
  if (exact.length > 0) return exact;
  const primary = primaryLanguage(language);
  return tracks.filter((track) => primaryLanguage(track.language) === primary);
}

const ROLE_WORDS: Readonly<Record<Exclude<AudioRole, 'main'>, string>> = {
  commentary: 'commentary',
  description: 'audio description',
  'clear-speech': 'clear speech',
  'no-speech': 'music and effects',
};

/**
 * The language in itself; what the track is for, where that is not the film's own sound; and its title
 * only where that is what tells it from another (titles are often technical: `DTS-HD MA 5.1`).
 */
function labelsOf(tracks: readonly AudioTrack[]): readonly string[] {
  const plain = tracks.map(plainLabel);
  const isAlone = (label: string) => plain.filter((other) => other === label).length === 1;
  const taken = new Set<string>();
  return tracks.map((track, index) => {
    const label = plain[index] ?? '';
    const told = isAlone(label) ? label : withTitle(label, track.title);
    return unique(told, taken, ' ');
  });
}

function plainLabel({ language, role, title }: AudioTrack): string {
  const name = nameLanguage(language);
  const word = role === 'main' ? undefined : ROLE_WORDS[role];
  if (name === undefined) return title ?? word ?? 'Audio';
  return word === undefined ? name : withTitle(name, title ?? word);
}

function withTitle(label: string, title: string | undefined): string {
  if (title === undefined || label.includes(title)) return label;
  // `English (Stereo)` as a title says the language already.
  return title.toLowerCase().startsWith(label.toLowerCase()) ? title : `${label} (${title})`;
}

/** NAME must be unique in its group (RFC 8216 §4.3.4.1.1), and so must a folder. */
function unique(name: string, taken: Set<string>, separator: string): string {
  let candidate = name;
  for (let number = 2; taken.has(candidate); number += 1)
    candidate = `${name}${separator}${number}`;
  taken.add(candidate);
  return candidate;
}
