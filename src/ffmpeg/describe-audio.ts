import { languageNamed, toLanguageTag } from '../lib/language.ts';
import type { AudioRole, AudioTrack } from '../model/source.ts';
import type { ProbedFile, ProbedStream } from './ffprobe-output.ts';
import { parseClock, positive } from './parse-clock.ts';
import { trackTag, trackTitle } from './track-tag.ts';

/** Sound tracks with a known codec, in file order. Times count from `filmStart`, on the file's clock. */
export function describeAudio(probed: ProbedFile, filmStart: number): readonly AudioTrack[] {
  return probed.streams
    .filter(
      (stream) =>
        stream.codec_type === 'audio' &&
        stream.codec_name !== undefined &&
        stream.codec_name !== 'none' &&
        (stream.channels ?? 0) > 0 &&
        (stream.sample_rate ?? 0) > 0,
    )
    .map((stream) => ({
      index: stream.index,
      codec: stream.codec_name ?? 'unknown',
      channels: stream.channels ?? 0,
      ...layoutOf(stream),
      sampleRateHz: stream.sample_rate ?? 0,
      language: languageOf(stream),
      ...trackTitle(stream),
      isDefault: stream.disposition['default'] === 1,
      role: roleOf(stream),
      ...endOf(stream, filmStart),
    }));
}

function layoutOf({ channel_layout: layout }: ProbedStream): { channelLayout?: string } {
  return layout === undefined || layout === 'unknown' ? {} : { channelLayout: layout };
}

/** Rippers often leave the language to the title: `Tiếng Việt`. */
function languageOf(stream: ProbedStream): string {
  const tagged = toLanguageTag(trackTag(stream, 'language'));
  return tagged === 'und' ? (languageNamed(trackTag(stream, 'title') ?? '') ?? 'und') : tagged;
}

/** What titles say where no disposition does, in the languages of most films. */
const TITLE_ROLES: readonly (readonly [RegExp, AudioRole])[] = [
  [
    /comment(ary|aire)|kommentar|comentario|comentário|commento|bình luận|解説|评论|評論/i,
    'commentary',
  ],
  [
    /descri(ption|ptive|bed|zione|pción)|audiodes[ck]|\b(DVS|AD)\b|hörfilm|visually impaired/i,
    'description',
  ],
];

function roleOf({ disposition, tags }: ProbedStream): AudioRole {
  if (disposition['comment'] === 1) return 'commentary';
  if (disposition['visual_impaired'] === 1) return 'description';
  if (disposition['hearing_impaired'] === 1) return 'clear-speech';
  if (disposition['clean_effects'] === 1 || disposition['karaoke'] === 1) return 'no-speech';
  const title = trackTag({ tags }, 'title') ?? '';
  return TITLE_ROLES.find(([pattern]) => pattern.test(title))?.[1] ?? 'main';
}

function endOf(stream: ProbedStream, filmStart: number): { endMs?: number } {
  const start = (stream.start_time ?? filmStart) - filmStart;
  const tagged = parseClock(stream.tags['DURATION'] ?? stream.tags['DURATION-eng']) - filmStart;
  const seconds = positive((stream.duration ?? Number.NaN) + start) ?? positive(tagged);
  return seconds === undefined ? {} : { endMs: Math.round(seconds * 1000) };
}
