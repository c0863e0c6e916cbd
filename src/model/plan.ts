import type { SampledRates, TopDetail } from './measured.ts';
import type { Container, VideoCodec } from './preset.ts';
import type { Rational } from './rational.ts';
import type { AudioRole, Source, VideoTrack } from './source.ts';
import type { EncoderName, ToneMapperName } from './toolchain.ts';

/**
 * Everything decided before any CPU or network is spent. Pure data, JSON-serialisable: `plan --json`,
 * `--dry-run`, the golden tests and the encode all read this object.
 */
export type Plan = Readonly<{
  slug: string;
  /**
   * Hash of the film and of the settings that the user chose (preset, tracks), not of the machine.
   * A published film with the same recipe is the same film: nothing to do.
   */
  recipe: string;
  /** Folder name below `videos/<slug>/`, `r-` and 10 hex digits: the recipe and what this machine encodes with. */
  revision: string;
  preset: string;
  container: Container;
  codec: VideoCodec;
  source: Source;
  encoder: Readonly<{
    name: EncoderName;
    reason: string;
    ffmpegVersion: string;
    /** The own preset of libx264 or libx265; unused by VideoToolbox. */
    x264Preset: string;
    /** Private options that this build of the encoder knows: an unknown one would be fatal. */
    options: readonly string[];
    /** VideoToolbox: how many the trial proved. */
    bFrames?: 0 | 2;
  }>;
  picture: PictureFilters;
  /** What is taken over from the film as it is, and why no more, one line. */
  copyReason: string;
  grid: Grid;
  /**
   * Whether a run that is cut off can go on inside the film (performance.md §1.6). Not with pictures
   * drawn into it: one that came up long before the place is not seen from there.
   */
  isResumable: boolean;
  /** Smallest first; at least one. */
  video: readonly VideoRendition[];
  /** How much of the top rung the one below holds; absent where there is one rung. */
  topDetail?: TopDetail;
  /** What `averageKbps` of the rungs was made from, where samples of the film said it. */
  perTitle?: SampledRates;
  /** Empty for a film without sound. All of group `audio` come first; one track has `isDefault`. */
  audio: readonly AudioRendition[];
  /** Texts that the viewer can switch on: those in the film, and files. */
  subtitles: readonly SubtitleRendition[];
  /** The subtitle track that becomes part of the picture. */
  burnt?: BurntSubtitle;
  storyboard: StoryboardGrid;
  /** ffmpeg's whole argument list, program name not included, for a run from the first frame. */
  ffmpegArgs: readonly string[];
  estimate: Estimate;
  /** What the user should know before it starts, one line each: `Subtitle 3 (PGS, en) is skipped …`. */
  warnings: readonly string[];
}>;

/** Names of the renditions that are the film's own streams. */
export function copiedNames({ video, audio }: Pick<Plan, 'video' | 'audio'>): string[] {
  return [...video, ...audio].filter(({ isCopied }) => isCopied).map(({ name }) => name);
}

/** What is done to every picture, once, before it is scaled for each rung. */
export type PictureFilters = Readonly<{
  /** Whole pictures of fields: those that the decoder marks, or all, by the field that is shown first. */
  deinterlace: false | 'marked' | 'top' | 'bottom';
  /** Of the upright picture; left out where nothing is cut. */
  crop?: VideoTrack['crop'];
  /** Transparent parts are laid on black. */
  flattensAlpha?: true;
  /** `none` for SDR. The film is refused where HDR cannot be mapped: never washed out in silence. */
  toneMap: 'none' | ToneMapperName;
  /** SDR of other colours than BT.709, and the filter that converts them. */
  toBt709?: ColourConversion;
  /** What swscale takes the colours for after all that. `auto`: RGB, or what the frames say. */
  inputMatrix: 'auto' | 'bt709';
  frameRounding: 'near' | 'down';
  /** How much the grid moves the pictures to the front, and so the sound; 0 if left out. */
  gridOffsetMs?: number;
  /** What is taken off their times before they are put on the grid, below zero where it is added; 0 if left out. */
  leadMs?: number;
  /** False for time stamps that jump: ffmpeg then makes its own. */
  keepTimeStamps: boolean;
}>;

/** ffmpeg's names of the source's matrix and, where its gamut is wider than BT.709's, primaries. */
export type ColourConversion = Readonly<{
  filter: 'colorspace' | 'zscale';
  matrix: string;
  primaries?: string;
  fullRange: boolean;
}>;

/**
 * Key frames and cuts, counted in frames, because a grid in seconds cannot be resumed at 23.976
 * (performance.md §1.1). Segment k starts at frame `segmentFrames × k`, at PTS
 * `FIRST_PTS + round(segmentFrames × k × den / num × 90000)`, in every video rendition.
 */
export type FrameGrid = Readonly<{
  frameRate: Rational;
  /** Frames from key frame to key frame. */
  gopFrames: number;
  /** Frames in each segment but the last. */
  segmentFrames: number;
}>;

/** Where key frames and cuts lie; the readers of both kinds are in `model/grid.ts`. */
export type Grid = FrameGrid | CutList;

/**
 * Of a film whose top rung is the source's own picture: all rungs are cut at the source's key frames.
 * ffmpeg's muxer ends a segment before the first key frame that lies `segmentSeconds × n` or more after
 * the first picture, n being the number of segments that it has ended by then plus one; so the whole
 * list is known beforehand, from the film's packets (performance.md §2.2). Such an encode cannot be
 * resumed.
 */
export type CutList = Readonly<{
  frameRate: Rational;
  segmentSeconds: number;
  /** At least one. */
  segments: readonly PlannedSegment[];
}>;

/** Times are in ticks of 90 kHz from the film's start, of pictures as they are shown. */
export type PlannedSegment = Readonly<{
  frames: number;
  /** In order; the first one is the first picture of the segment. */
  keyFrames: readonly number[];
  lastPicture: number;
}>;

/**
 * PTS of the film's first moment: 1.4 s of 90 kHz ticks, as in every MPEG-TS that ffmpeg writes. fMP4 is
 * given the same, so that subtitles need one X-TIMESTAMP-MAP (performance.md §5.6).
 */
export const FIRST_PTS = 126_000;

export type VideoRendition = Readonly<{
  /** `720p`: folder and label. Named after the box it fits, so 1920×800 is 1080p. */
  name: string;
  /** Even, square pixels. */
  width: number;
  height: number;
  crf: number;
  maxKbps: number;
  bufferKbits: number;
  averageKbps: number;
  /** The source's own stream, not encoded: rates are then those of the source. The top rung at most. */
  isCopied?: true;
}>;

/**
 * GROUP-ID in the master playlist. `audio` is stereo and has every track; `surround` is 5.1 and has
 * those of them that have as much.
 */
export type AudioGroup = 'audio' | 'surround';

/** What each channel is made of. */
export type ChannelMix = Readonly<{
  layout: 'stereo' | '5.1';
  /** A layout of as many channels that the source's are called before they are mixed, by their numbers. */
  renamedAs?: string;
  /**
   * `{ FL: { FL: 0.71, FC: 0.5 } }`: by the source's channels, which are called as ffmpeg calls them,
   * or c0, c1 … where only their number is known. Together they may go over full scale.
   */
  channels: Readonly<Record<string, Readonly<Record<string, number>>>>;
}>;

export type AudioRendition = Readonly<{
  /** `audio-en`: folder name, unique in the plan. */
  name: string;
  group: AudioGroup;
  /** ffmpeg's stream index in the source. */
  sourceIndex: number;
  /** BCP-47, `und` when unknown. */
  language: string;
  /** In its own language: `Tiếng Việt`. */
  label: string;
  channels: number;
  sourceChannels: number;
  /** Absent for stereo that stays as it is. */
  mix?: ChannelMix;
  /** What makes it as loud as was asked for; a limiter takes peaks above −1.5 dBTP. */
  gainDb?: number;
  kbps: number;
  sampleRateHz: number;
  /** `AudioTrack.mayChange`. */
  mayChange?: true;
  isDefault: boolean;
  role: AudioRole;
  /** How far the sound reaches in the source, where the file says. */
  endMs?: number;
  /** Silence behind its end, up to that of the picture. */
  fillMs?: number;
  /** The source's own stream, not encoded: channels and rates are then those of the source. */
  isCopied?: true;
}>;

export type SubtitleRendition = Readonly<{
  /** `subs-vi`: folder name, unique in the plan. */
  name: string;
  /** A track of the film (ffmpeg's stream index), or a file (0-based, in the order they were given). */
  from: Readonly<{ track: number; codec: string }> | Readonly<{ file: number }>;
  /** BCP-47, `und` when unknown. */
  language: string;
  /** In its own language: `Tiếng Việt`, `English (SDH)`. */
  label: string;
  /** At most one in a plan. */
  isDefault: boolean;
  /** Only what must be read to follow the film: signs, foreign speech. */
  isForced: boolean;
  /** For viewers who cannot hear: speakers and noises are named. */
  isSdh: boolean;
}>;

/** `number` is the user's: 1 is the film's first subtitle track; `track` is ffmpeg's stream index. */
export type BurntSubtitle = Readonly<{
  number: number;
  track: number;
  kind: 'text' | 'picture';
  language: string;
}>;

/** Small pictures of the film at equal distances, for a seek bar: `columns` × `rows` on each sheet. */
export type StoryboardGrid = Readonly<{
  intervalMs: number;
  /** Even, square pixels, of the film's shape. */
  tileWidth: number;
  tileHeight: number;
  columns: number;
  rows: number;
}>;

export type Estimate = Readonly<{
  /** Of the whole package in the store. */
  bytes: number;
  segments: number;
  objects: number;
  /** Free space that the work folder needs. */
  diskBytes: number;
}>;
