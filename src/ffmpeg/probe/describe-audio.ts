import { languageNamed, toLanguageTag } from '../../lib/language.ts';
import type { AudioRole, AudioTrack, UnusableTrack } from '../../model/source.ts';
import type { ProbedFile, ProbedStream } from './ffprobe-output.ts';
import { parseClock, positive } from './parse-clock.ts';
import { parseTimeBase } from './parse-ratio.ts';
import { trackTag, trackTitle } from './track-tag.ts';

/** Headers lie; beyond these no decoder of ffmpeg works, and a mix of millions of channels fills the memory. */
const MOST_CHANNELS = 64;
const MOST_HERTZ = 768_000;

export type DescribedAudio = Readonly<{
  audio: readonly AudioTrack[];
  /** Those of which ffprobe found out too little to decode them. */
  audioLeftOut: readonly UnusableTrack[];
}>;

/** The sound tracks in file order. Times count from `filmStart`, on the file's clock. */
export function describeAudio(probed: ProbedFile, filmStart: number): DescribedAudio {
  const streams = probed.streams.filter(({ codec_type: type }) => type === 'audio');
  return {
    audio: streams
      .filter((stream) => whyUnusable(stream) === undefined)
      .map((stream) => ({
        ...identityOf(stream),
        ...(stream.profile === undefined ? {} : { profile: stream.profile }),
        timeBase: parseTimeBase(stream.time_base),
        channels: stream.channels ?? 0,
        ...layoutOf(stream),
        sampleRateHz: stream.sample_rate ?? 0,
        isDefault: stream.disposition['default'] === 1,
        role: roleOf(stream),
        ...(mayChange(stream, probed, filmStart) ? { mayChange: true as const } : {}),
        ...endOf(stream, filmStart),
      })),
    audioLeftOut: streams.flatMap((stream) => {
      const why = whyUnusable(stream);
      return why === undefined ? [] : [{ ...identityOf(stream), why }];
    }),
  };
}

function identityOf(
  stream: ProbedStream,
): Pick<AudioTrack, 'index' | 'codec' | 'language' | 'title'> {
  return {
    index: stream.index,
    codec: stream.codec_name ?? stream.codec_tag_string ?? 'unknown',
    language: languageOf(stream),
    ...trackTitle(stream),
  };
}

function whyUnusable(stream: ProbedStream): string | undefined {
  const { codec_name: codec, channels = 0, sample_rate: rate = 0 } = stream;
  if (codec === undefined || /^(none|unknown)$/.test(codec)) {
    return 'this ffmpeg does not know its codec';
  }
  if (stream.duration === 0) return 'it is empty';
  const isSound = channels > 0 && channels <= MOST_CHANNELS && rate > 0 && rate <= MOST_HERTZ;
  return isSound ? undefined : 'there is no sound in it that can be read';
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

/** What is heard as late, and what the gate takes for it. */
const LATE_SECONDS = 0.1;

function mayChange(stream: ProbedStream, { format }: ProbedFile, filmStart: number): boolean {
  const lateSeconds = (stream.start_time ?? Number.POSITIVE_INFINITY) - filmStart;
  return /^(mpegts|mpeg)$/.test(format.format_name) && Math.abs(lateSeconds) < LATE_SECONDS;
}

function endOf(stream: ProbedStream, filmStart: number): { endMs?: number } {
  const start = (stream.start_time ?? filmStart) - filmStart;
  const tagged = parseClock(stream.tags['DURATION'] ?? stream.tags['DURATION-eng']) - filmStart;
  const seconds = positive((stream.duration ?? Number.NaN) + start) ?? positive(tagged);
  return seconds === undefined ? {} : { endMs: Math.round(seconds * 1000) };
}
