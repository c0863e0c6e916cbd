import { targetDuration } from '../lib/bandwidth.ts';
import { TICKS_PER_SECOND, ticksBetween } from '../lib/ticks.ts';
import type { Container } from '../model/preset.ts';
import type { SegmentFacts } from '../model/segment.ts';
import { INIT_MAP, versionTag } from './container-tags.ts';

/** A key frame where it lies: the bytes `offset` to `offset + bytes` of a segment. */
export type IFrame = Readonly<{
  file: string;
  offset: number;
  bytes: number;
  /** To the next key frame, or to the end of the film (RFC 8216 §4.3.3.6). */
  durationSeconds: number;
}>;

/** `durationSeconds` are those of the segments, as `measureSegments` gives them. */
export type IFrameSource = Readonly<{ file: string; durationSeconds: number; facts: SegmentFacts }>;

/** All key frames of a rendition that a player can read alone, in order. */
export function listIFrames(segments: readonly IFrameSource[]): readonly IFrame[] {
  return segments.flatMap(({ file, durationSeconds, facts }) => {
    const { firstPts = 0 } = facts;
    const keyFrames = facts.keyFrames.filter(({ bytes }) => bytes > 0);
    const starts = keyFrames.map(({ pts }) => ticksBetween(firstPts, pts) / TICKS_PER_SECOND);
    return keyFrames.map(({ offset, bytes }, index) => ({
      file,
      offset,
      bytes,
      durationSeconds: (starts[index + 1] ?? durationSeconds) - (starts[index] ?? 0),
    }));
  });
}

/**
 * Text of the I-frame playlist (Apple 6.1: fast forward and scrubbing). The ranges hold a picture each
 * and nothing else: RFC 8216 §4.3.3.6 wants the Media Initialization Section outside of them, and
 * ffmpeg finds it by EXT-X-MAP only. In MPEG-TS that section is the program tables that every segment
 * begins with, the same in all; in fMP4 a range is the header of a fragment and its first picture.
 */
export function printIFramePlaylist(frames: readonly IFrame[], container: Container): string {
  return `${[
    '#EXTM3U',
    versionTag(container),
    `#EXT-X-TARGETDURATION:${targetDuration(frames.map((frame) => frame.durationSeconds))}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-I-FRAMES-ONLY',
    ...(container === 'fmp4' ? [INIT_MAP] : frames.slice(0, 1).map(programTablesMap)),
    ...frames.flatMap(({ file, offset, bytes, durationSeconds }) => [
      `#EXTINF:${durationSeconds.toFixed(6)},`,
      `#EXT-X-BYTERANGE:${bytes}@${offset}`,
      file,
    ]),
    '#EXT-X-ENDLIST',
  ].join('\n')}\n`;
}

function programTablesMap({ file, offset }: IFrame): string {
  return `#EXT-X-MAP:URI="${file}",BYTERANGE="${offset}@0"`;
}
