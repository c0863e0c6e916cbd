import { nameLanguage } from '../lib/language.ts';
import type { SubtitleRendition } from '../model/plan.ts';
import type { SubtitleTrack } from '../model/source.ts';
import type { SubtitleFile } from '../model/subtitle-file.ts';

/** More than any film has; a file with thousands of tracks is an attack on our time. */
const MAX_SUBTITLES = 64;

export type SubtitleSources = Readonly<{
  files: readonly SubtitleFile[];
  tracks: readonly SubtitleTrack[];
  /** The track that becomes part of the picture, and so is no text any more. */
  burnt?: number | undefined;
}>;

/**
 * One playlist per text: the files first, as somebody put them there on purpose, then the film's own
 * tracks. Each has a name of its own; at most one is the default, and none that is forced, as those are
 * shown by themselves wherever the viewer reads the language.
 */
export function subtitleRenditions(sources: SubtitleSources): readonly SubtitleRendition[] {
  const { files, tracks, burnt } = sources;
  const found: readonly Found[] = [
    ...files.map(({ path: _, sha256: __, ...file }, index) => ({ ...file, from: { file: index } })),
    ...tracks
      .filter(({ kind, index }) => kind === 'text' && index !== burnt)
      .map((track) => ({
        language: track.language,
        isForced: track.isForced,
        isSdh: track.isSdh,
        isDefault: track.isDefault,
        ...(track.title === undefined ? {} : { title: track.title }),
        from: { track: track.index, codec: track.codec },
      })),
  ];
  const chosen = found.slice(0, MAX_SUBTITLES);
  const preferred = chosen.find(({ isDefault, isForced }) => isDefault && !isForced);
  const taken = new Set<string>();
  return chosen.map((it) => ({
    name: unique(`subs-${it.language.toLowerCase()}`, (count) => `-${count}`, taken),
    from: it.from,
    language: it.language,
    label: unique(labelOf(it), (count) => ` ${count}`, taken),
    isDefault: it === preferred,
    isForced: it.isForced,
    isSdh: it.isSdh,
  }));
}

/** What a viewer should know who looks for a subtitle in vain, one line each. */
export function leftOutSubtitles({ files, tracks, burnt }: SubtitleSources): readonly string[] {
  const texts = files.length + tracks.filter(({ kind }) => kind === 'text').length;
  return [
    ...tracks.flatMap((track, index) =>
      track.kind === 'text' || track.index === burnt ? [] : [whyLeftOut(track, index + 1)],
    ),
    ...(texts > MAX_SUBTITLES
      ? [`Of ${texts} subtitles the first ${MAX_SUBTITLES} are taken.`]
      : []),
  ];
}

/** As people call them; any other codec keeps ffmpeg's name. */
const CODEC_NAMES: Readonly<Record<string, string>> = {
  hdmv_pgs_subtitle: 'PGS',
  dvd_subtitle: 'VobSub',
  dvb_subtitle: 'DVB',
  xsub: 'XSUB',
  dvb_teletext: 'teletext',
  eia_608: 'closed captions',
  wvtt: 'WebVTT in MP4',
  stpp: 'TTML in MP4',
};

function whyLeftOut({ codec, language, kind }: SubtitleTrack, number: number): string {
  const named = `Subtitle ${number} (${CODEC_NAMES[codec] ?? codec}, ${language})`;
  const wanted = language === 'und' ? 'vi' : language;
  return kind === 'picture'
    ? `${named} is a picture format and is skipped. Add a text with --subtitle ${wanted}=file.srt, or burn it in with --burn-subtitle ${number}.`
    : `${named} is in a format that cannot be read and is skipped. Add a text with --subtitle ${wanted}=file.srt.`;
}

type Found = Omit<SubtitleFile, 'path' | 'sha256'> & Readonly<{ from: SubtitleRendition['from'] }>;

/** `English`, `English (Signs, Forced)`, `English SDH`, `Forced`. */
function labelOf({ language, title, isForced, isSdh }: Found): string {
  const name = nameLanguage(language);
  const isNew = title !== undefined && title.toLowerCase() !== name?.toLowerCase();
  const said = isNew ? [title] : [];
  const has = (pattern: RegExp) => said.some((text) => pattern.test(text));
  const marks = [
    ...said,
    ...(isSdh && !has(/\b(?:sdh|cc|hearing)/i) ? ['SDH'] : []),
    ...(isForced && !has(/forced/i) ? ['Forced'] : []),
  ];
  // A title that begins with the language says it already: `English SDH`.
  const isNamed = title?.toLowerCase().startsWith(name?.toLowerCase() ?? '') === true;
  if (name === undefined || (isNew && isNamed)) return marks.join(', ') || 'Subtitles';
  return marks.length === 0 ? name : `${name} (${marks.join(', ')})`;
}

/** NAME must be unique in its group (RFC 8216 §4.3.4.1.1), and so must a folder. */
function unique(name: string, ending: (count: number) => string, taken: Set<string>): string {
  let candidate = name;
  for (let count = 2; taken.has(candidate); count += 1) candidate = `${name}${ending(count)}`;
  taken.add(candidate);
  return candidate;
}
