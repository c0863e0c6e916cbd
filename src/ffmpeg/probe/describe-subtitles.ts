import { toLanguageTag } from '../../lib/language.ts';
import type { SubtitleTrack } from '../../model/source.ts';
import type { ProbedFile, ProbedStream } from './ffprobe-output.ts';
import { trackTag, trackTitle } from './track-tag.ts';

/** The subtitle tracks in file order. */
export function describeSubtitles(probed: ProbedFile): readonly SubtitleTrack[] {
  return probed.streams
    .filter(({ codec_type: type, codec_tag_string: tag = '' }) =>
      type === 'data' ? TEXTS_AS_DATA.test(tag) : type === 'subtitle',
    )
    .map((stream) => {
      const { disposition } = stream;
      const title = trackTitle(stream);
      const says = (pattern: RegExp) => pattern.test(title.title ?? '');
      return {
        index: stream.index,
        codec: codecOf(stream),
        kind: subtitleKind(stream.codec_name ?? ''),
        language: toLanguageTag(trackTag(stream, 'language')),
        ...title,
        isDefault: disposition['default'] === 1,
        isForced: disposition['forced'] === 1 || says(/\bforced\b/i),
        isSdh:
          disposition['hearing_impaired'] === 1 ||
          disposition['captions'] === 1 ||
          says(/\bsdh\b|\bcc\b|hearing[ -]impaired/i),
      };
    });
}

/** WebVTT and TTML in MP4, of which ffmpeg knows nothing but that there are data. */
const TEXTS_AS_DATA = /^(?:wvtt|stpp|sbtt|dfxp|ttml)$/;

function codecOf({
  codec_name: name = 'unknown',
  codec_tag_string: tag = '',
}: ProbedStream): string {
  return name === 'unknown' && TEXTS_AS_DATA.test(tag) ? tag : name;
}

const PICTURES = /^(hdmv_pgs_subtitle|dvd_subtitle|dvb_subtitle|xsub)$/;
const TEXTS = /^(subrip|srt|mov_text|ass|ssa|webvtt|text)$/;

function subtitleKind(codec: string): SubtitleTrack['kind'] {
  if (TEXTS.test(codec)) return 'text';
  return PICTURES.test(codec) ? 'picture' : 'other';
}
