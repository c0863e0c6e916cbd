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
  /** What the demuxer's clock shows at the film's start, in microseconds: where 0 is, for packets. */
  clockStartUs: number;
  /** A stream in which a track begins so late that ffmpeg has to be told to look for it. */
  beginsLate?: true;
  /** Picture tracks, cover art among them. */
  pictureTracks: number;
  /** How many a transport stream holds, where there are several: the tracks are those of one. */
  programmes?: number;
  /** From the film's start to the end of its picture; not the container's, a subtitle may outlast it. */
  durationMs: number;
  /** The container's own title tag, NFC, at most 500 characters. */
  title?: string;
  video: VideoTrack;
  /** Those that can be decoded, in file order. */
  audio: readonly AudioTrack[];
  /** Sound that cannot be used, and why: told to the user, as a film must not go silent in silence. */
  audioLeftOut: readonly UnusableTrack[];
  subtitles: readonly SubtitleTrack[];
  /** In order, without overlaps, within the film. */
  chapters: readonly Chapter[];
  /** A picture that the file carries as its cover. */
  coverArt?: CoverArt;
}>;

/** `index` is ffmpeg's stream index. */
export type CoverArt = Readonly<{ index: number; width: number; height: number }>;

export type VideoTrack = Readonly<{
  /** ffmpeg's stream index: `0:<index>`. */
  index: number;
  codec: string;
  profile?: string;
  /** As the codec counts: 41 is H.264's 4.1. */
  level?: number;
  /** Of its packets: how many seconds a tick of its clock lasts. */
  timeBase: Rational;
  /** Pixels that are not square, as the file says; left out where they are. */
  sampleAspect?: Rational;
  /** ffprobe's names of what is attached to the track: `Display Matrix`. */
  sideData: readonly string[];
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
  /** Shown as in a mirror. ffmpeg turns and mirrors by itself, before any filter of ours. */
  isMirrored?: true;
  /** Another angle, in degrees clockwise: ffmpeg turns the picture within its frame. */
  oddAngle?: number;
  /**
   * What the container shows of the upright picture (`clap`, Matroska's PixelCrop), where this ffmpeg
   * does not cut it by itself (before 7.1): we do.
   */
  crop?: Readonly<{ x: number; y: number; width: number; height: number }>;
  /** The container cuts the picture and this ffmpeg knows it. */
  isCroppedByFfmpeg?: true;
  /** The rate that the film is encoded at: the source's average, snapped to a true rate. */
  frameRate: Rational;
  /** What the film itself runs at on average, where that is another rate. */
  sourceFps?: number;
  /** Its pictures do not all last equally long. */
  isVariableRate?: true;
  /** `down` when the source's pictures sit about half a picture off the grid (performance.md §1.2). */
  frameRounding: 'near' | 'down';
  /** How much earlier its pictures come on the grid of the encode than in the film; 0 if left out. */
  gridOffsetMs?: number;
  /**
   * What of it is whole pictures, with which the film would begin with its first picture doubled; in an
   * AVI the delay of the decoder, which the sound does not share. Below zero where they are to come later.
   */
  leadMs?: number;
  /** Average bits per second of the picture; estimated from the file where the track does not say. */
  bitrateKbps: number;
  /** What the pictures are: as the file says, or as a look at some of them showed. */
  fieldOrder: 'progressive' | 'interlaced' | 'unknown';
  /** What a look at some pictures showed; left out where nothing called for one. */
  fields?: FieldFacts;
  transfer: 'sdr' | 'pq' | 'hlg';
  /** 5 has no base layer that can be shown without Dolby's own reshaping. */
  dolbyVision?: Readonly<{ profile: number; hasBaseLayer: boolean }>;
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

/** The verdict of `idet` on a sample, against what the file says. */
export type FieldFacts = Readonly<{
  told: VideoTrack['fieldOrder'];
  /** Which field is shown first; of interlaced pictures. */
  first: 'top' | 'bottom';
  /** The decoder marks interlaced pictures as such. */
  isMarked: boolean;
  /** A 24 fps film in 30: two of five pictures are mixed of two (3:2 pulldown). */
  isTelecined: boolean;
}>;

export type AudioTrack = Readonly<{
  index: number;
  codec: string;
  /** `LC` of AAC. */
  profile?: string;
  timeBase: Rational;
  channels: number;
  /** ffmpeg's name: `5.1(side)`. Absent where the file does not say where its channels belong. */
  channelLayout?: string;
  sampleRateHz: number;
  /** BCP-47, `und` when the file does not say. */
  language: string;
  title?: string;
  isDefault: boolean;
  role: AudioRole;
  /**
   * Of what is made of it, by group, before gain and limiter: measured only where that is asked for.
   * LUFS; less what the limiter takes off again, so that the gain that is reckoned from it is right.
   */
  loudness?: Readonly<{ audio: number; surround?: number }>;
  /**
   * A transport stream's track that begins with the film. Its number of channels may change on the way,
   * as in broadcasts: ffmpeg then sets its filters up anew, and none of them may pad the start again.
   */
  mayChange?: true;
  /** From the film's start to the end of the sound, where the file says. */
  endMs?: number;
}>;

/** `why` is one line: `this ffmpeg has no decoder for ac4`. */
export type UnusableTrack = Pick<AudioTrack, 'index' | 'codec' | 'language' | 'title'> &
  Readonly<{ why: string }>;

export type SubtitleTrack = Readonly<{
  index: number;
  codec: string;
  /** `other`: neither a text nor a picture that ffmpeg can make anything of (teletext, captions). */
  kind: 'text' | 'picture' | 'other';
  language: string;
  title?: string;
  isDefault: boolean;
  isForced: boolean;
  /** For viewers who cannot hear: speakers and noises are named. */
  isSdh: boolean;
}>;

export type Chapter = Readonly<{ startMs: number; endMs: number; title?: string }>;
