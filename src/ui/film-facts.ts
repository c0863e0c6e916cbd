import { formatBytes } from '../lib/format-bytes.ts';
import { formatRunningTime } from '../lib/format-running-time.ts';
import type { EventOf } from '../model/event.ts';
import { printable } from './printable.ts';

/** As people write them; any other codec keeps ffmpeg's name. */
const CODEC_NAMES: Readonly<Record<string, string>> = {
  h264: 'H.264',
  hevc: 'HEVC',
  av1: 'AV1',
  vp8: 'VP8',
  vp9: 'VP9',
  mpeg2video: 'MPEG-2',
  mpeg4: 'MPEG-4',
  prores: 'ProRes',
  vc1: 'VC-1',
};

/** `1:45:20`, `1920×800`, `23.976 fps`, `HEVC 10-bit HDR10`, `8.4 GB`, `audio vi, en`, `subs vi`. */
export function filmFacts(film: Omit<EventOf<'probed'>, 'type'>): string[] {
  const codec = CODEC_NAMES[film.videoCodec] ?? film.videoCodec;
  return [
    formatRunningTime(film.durationMs),
    `${film.width}×${film.height}`,
    `${formatFrameRate(film.fps)} fps`,
    [codec, ...film.notes].map(printable).join(' '),
    formatBytes(film.bytes),
    ...tracks('audio', film.audioLanguages, 'no sound'),
    ...tracks('subs', film.subtitleLanguages),
  ];
}

/** `23.976`, `25`: up to three digits after the point, no zeros at the end. */
export function formatFrameRate(fps: number): string {
  return String(Math.round(fps * 1000) / 1000);
}

/** `audio vi, en`; a single track of unknown language is just `audio`, as `und` says nothing to people. */
function tracks(kind: string, codes: readonly string[], none?: string): readonly string[] {
  if (codes.length === 0) return none === undefined ? [] : [none];
  if (codes.every((code) => code === 'und')) {
    return [codes.length === 1 ? kind : `${kind} ×${codes.length}`];
  }
  return [`${kind} ${codes.map((code) => (code === 'und' ? '?' : printable(code))).join(', ')}`];
}
