import { TICKS_PER_SECOND, ticksBetween } from '../lib/mpegts/ticks.ts';
import type { SegmentFacts } from '../model/segment.ts';
import { targetDuration } from './bandwidth.ts';

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

/** All key frames of a rendition, in order. */
export function listIFrames(segments: readonly IFrameSource[]): readonly IFrame[] {
  return segments.flatMap(({ file, durationSeconds, facts }) => {
    const { keyFrames, firstPts = 0 } = facts;
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
 * and nothing else: RFC 8216 §4.3.3.6 wants the Media Initialization Section (the program tables that
 * every segment begins with, the same in all) outside of them, and ffmpeg finds it by EXT-X-MAP only.
 */
export function printIFramePlaylist(frames: readonly IFrame[]): string {
  const first = frames[0];
  return `${[
    '#EXTM3U',
    '#EXT-X-VERSION:6',
    `#EXT-X-TARGETDURATION:${targetDuration(frames.map((frame) => frame.durationSeconds))}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-I-FRAMES-ONLY',
    ...(first === undefined
      ? []
      : [`#EXT-X-MAP:URI="${first.file}",BYTERANGE="${first.offset}@0"`]),
    ...frames.flatMap(({ file, offset, bytes, durationSeconds }) => [
      `#EXTINF:${durationSeconds.toFixed(6)},`,
      `#EXT-X-BYTERANGE:${bytes}@${offset}`,
      file,
    ]),
    '#EXT-X-ENDLIST',
  ].join('\n')}\n`;
}
