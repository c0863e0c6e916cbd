import { toLanguageTag } from '../lib/language.ts';
import type { SubtitleTrack } from '../model/source.ts';
import type { ProbedFile } from './ffprobe-output.ts';
import { trackTag, trackTitle } from './track-tag.ts';

/** The subtitle tracks in file order. */
export function describeSubtitles(probed: ProbedFile): readonly SubtitleTrack[] {
  return probed.streams
    .filter((stream) => stream.codec_type === 'subtitle')
    .map((stream) => {
      const { disposition } = stream;
      const title = trackTitle(stream);
      const says = (pattern: RegExp) => pattern.test(title.title ?? '');
      return {
        index: stream.index,
        codec: stream.codec_name ?? 'unknown',
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

const PICTURES = /^(hdmv_pgs_subtitle|dvd_subtitle|dvb_subtitle|xsub)$/;
const TEXTS = /^(subrip|srt|mov_text|ass|ssa|webvtt|text)$/;

function subtitleKind(codec: string): SubtitleTrack['kind'] {
  if (TEXTS.test(codec)) return 'text';
  return PICTURES.test(codec) ? 'picture' : 'other';
}
