import type { Cue } from './cue.ts';
import type { Loudness } from './loudness.ts';
import type { StoryboardGrid, SubtitleRendition } from './plan.ts';
import type { Quality } from './quality.ts';
import type { SegmentFacts } from './segment.ts';

/** A segment as the gate accepted it. `durationMs` is measured from time stamps, not assumed. */
export type PackagedSegment = Readonly<{
  /** `seg_00001.ts`, below the rendition's folder. */
  file: string;
  durationSeconds: number;
  facts: SegmentFacts;
}>;

/** One playlist worth of segments, whole and in order. */
export type PackagedRendition = Readonly<{
  name: string;
  segments: readonly PackagedSegment[];
}>;

/** A text object that we write ourselves, with its key relative to `videos/<slug>/<revision>/`. */
export type PackagedText = Readonly<{ path: string; text: string }>;

/** What lies beside the segments: texts of subtitles, sheets of the storyboard. `path` as above. */
export type PackagedFile = Readonly<{ path: string; body: Buffer }>;

/** A subtitle as it is shown: with at least one cue, in order. */
export type PackagedSubtitle = Readonly<{ rendition: SubtitleRendition; cues: readonly Cue[] }>;

/** Sheets of JPEG, and the span of the film that each tile on them stands for, row by row. */
export type PackagedStoryboard = Readonly<{
  grid: StoryboardGrid;
  spans: readonly Readonly<{ startMs: number; endMs: number }>[];
  sheets: readonly Buffer[];
}>;

/**
 * A verified film, ready to be published. It exists only when the gate passed: every segment is
 * there, sound, aligned with the other renditions, and adds up to the source's length.
 */
export type Package = Readonly<{
  renditions: readonly PackagedRendition[];
  /** Media and I-frame playlists. */
  playlists: readonly PackagedText[];
  /** What the playlists or the document lead to beside segments. */
  files: readonly PackagedFile[];
  subtitles: readonly SubtitleRendition[];
  /** Absent where none could be made. */
  storyboard?: StoryboardGrid;
  /** The text of `videos/<slug>/master.m3u8`; its URIs start with `<revision>/`. */
  master: string;
  variants: readonly VariantFacts[];
  durationSeconds: number;
  /** Sum of all segments. */
  bytes: number;
  /** Of the sound renditions that it was measured of, by name. */
  loudness?: ReadonlyMap<string, Loudness>;
  /** Of the rungs that it was measured of, by name. */
  quality?: ReadonlyMap<string, Quality>;
}>;

/** What was measured of one video rendition, for the master playlist and the document. */
export type VariantFacts = Readonly<{
  name: string;
  width: number;
  height: number;
  /** Bits per second of the picture and the largest audio rendition together (RFC 8216 §4.3.4.2). */
  bandwidth: number;
  averageBandwidth: number;
  /** `avc1.64001f,mp4a.40.2`. */
  codecs: string;
  bytes: number;
  segments: number;
}>;
