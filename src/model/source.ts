import type { Rational } from './rational.ts';

/**
 * What ffprobe and the file system said about one film, normalised once so that nobody downstream
 * reads it again. Plain JSON. Texts (`title`, languages) are from outside and limited in length, but
 * not otherwise harmless.
 */
export type Source = Readonly<{
  /** Absolute. */
  path: string;
  bytes: number;
  modifiedAtMs: number;
  /** Identity of the content: size and the first, middle and last MiB. `q1:` and 64 hex digits. */
  fingerprint: string;
  /** ffprobe's name of the demuxer: `mov,mp4,m4a,3gp,3g2,mj2`. */
  container: string;
  /** From the film's start to the end of its picture; not the container's, a subtitle may outlast it. */
  durationMs: number;
  /** The container's own title tag, NFC, at most 500 characters. */
  title?: string;
  video: VideoTrack;
  audio: readonly AudioTrack[];
  subtitles: readonly SubtitleTrack[];
  chapters: readonly Chapter[];
}>;

export type VideoTrack = Readonly<{
  /** ffmpeg's stream index: `0:<index>`. */
  index: number;
  codec: string;
  profile?: string;
  pixelFormat: string;
  bitDepth: number;
  /** As coded. */
  codedWidth: number;
  codedHeight: number;
  /** As displayed: rotation and sample aspect ratio applied, before rounding to even numbers. */
  width: number;
  height: number;
  /** Clockwise, what a player must turn the coded picture by. */
  rotation: 0 | 90 | 180 | 270;
  /** The rate that the film is encoded at: the source's average, snapped to a true rate. */
  frameRate: Rational;
  /** `down` when the source's pictures sit about half a picture off the grid (performance.md §1.2). */
  frameRounding: 'near' | 'down';
  /** Average bits per second of the picture; estimated from the file where the track does not say. */
  bitrateKbps: number;
  fieldOrder: 'progressive' | 'interlaced' | 'unknown';
  transfer: 'sdr' | 'pq' | 'hlg';
  colour: Readonly<{ primaries?: string; transfer?: string; matrix?: string; fullRange: boolean }>;
  /** Time of the first picture relative to the film's start. */
  startMs: number;
  /**
   * `jumping` when time stamps go back or leap (joined transport streams, broadcast recordings): such
   * a film is encoded without its own time stamps, and cannot be resumed (performance.md §1.6).
   */
  timeStamps: 'steady' | 'jumping';
}>;

/**
 * What a sound track is for. `description`: a voice tells what is to be seen. `clear-speech`: mixed for
 * the hard of hearing. `no-speech`: music and effects.
 */
export type AudioRole = 'main' | 'commentary' | 'description' | 'clear-speech' | 'no-speech';

export type AudioTrack = Readonly<{
  index: number;
  codec: string;
  channels: number;
  /** ffmpeg's name: `5.1(side)`. Absent where the file does not say where its channels belong. */
  channelLayout?: string;
  sampleRateHz: number;
  /** BCP-47, `und` when the file does not say. */
  language: string;
  title?: string;
  isDefault: boolean;
  role: AudioRole;
  /** From the film's start to the end of the sound, where the file says. */
  endMs?: number;
}>;

export type SubtitleTrack = Readonly<{
  index: number;
  codec: string;
  kind: 'text' | 'picture';
  language: string;
  title?: string;
  isDefault: boolean;
  isForced: boolean;
}>;

export type Chapter = Readonly<{ startMs: number; endMs: number; title?: string }>;
