import { cleanText } from '../lib/clean-text.ts';
import type { Cue } from '../model/cue.ts';
import { FIRST_PTS } from '../model/plan.ts';
import type { Chapter } from '../model/source.ts';

/**
 * Text of a subtitle segment that holds the whole film's cues. X-TIMESTAMP-MAP ties the cues' clock to
 * that of the media segments (RFC 8216 §3.5): the film's first moment is FIRST_PTS in every rendition,
 * copied or encoded, TS or fMP4 (performance.md §5.6). Without the line they would come 1.4 s early.
 */
export function printSubtitles(cues: readonly Cue[]): string {
  return [
    `WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:${FIRST_PTS},LOCAL:00:00:00.000\n`,
    ...cues.map(
      ({ startMs, endMs, text, isTop }) =>
        `${printSpan({ startMs, endMs })}${isTop ? ' line:0' : ''}\n${text}\n`,
    ),
  ].join('\n');
}

/** Text of the WebVTT file of the film's chapters (HTML `<track kind="chapters">`). */
export function printChapters(chapters: readonly Chapter[]): string {
  return [
    'WEBVTT\n',
    ...chapters.map(({ title, ...span }, index) => {
      const name = escapeText(cleanText(title ?? '', { maxLength: 200 }));
      return `${printSpan(span)}\n${name === '' ? `Chapter ${index + 1}` : name}\n`;
    }),
  ].join('\n');
}

type Span = Readonly<{ startMs: number; endMs: number }>;

/** `00:01:02.500 --> 00:01:04.000`. */
export function printSpan({ startMs, endMs }: Span): string {
  return `${printTime(startMs)} --> ${printTime(endMs)}`;
}

function printTime(ms: number): string {
  const whole = Math.round(ms);
  const part = (value: number, digits: number) => String(value).padStart(digits, '0');
  const seconds = Math.floor(whole / 1000);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${clock.map((value) => part(value, 2)).join(':')}.${part(whole % 1000, 3)}`;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
