/**
 * What one pass over the bytes of a segment showed, whatever its container
 * (`lib/mpegts/scan-segment.ts`, `lib/fmp4/scan-segment.ts`).
 */
export type SegmentFacts = Readonly<{
  bytes: number;
  /** Ends inside a packet or a box: a file that was not written to its end. */
  isCutOff: boolean;
  kind: 'video' | 'audio' | 'unknown';
  /** Pictures, or audio frames (PES packets may hold several: counted by their ADTS headers). */
  frames: number;
  /** 90 kHz ticks; 33 bits. Undefined when there was no time stamp. */
  firstPts?: number;
  lastPts?: number;
  firstDts?: number;
  lastDts?: number;
  /** fMP4, which tells how long its last sample lasts: where the next segment must begin (DTS). */
  endDts?: number;
  keyFrames: readonly KeyFrame[];
  /**
   * Sequence parameter set of H.264 or HEVC as hex, without start code: of the first key frame, or in
   * fMP4 of the init segment.
   */
  sps?: string;
  /** Audio: MPEG-4 object type (2 = AAC-LC), rate and channels from the first ADTS header. */
  audio?: Readonly<{ objectType: number; sampleRateHz: number; channels: number }>;
  /** Anything that must not be there, one line each; empty for a sound segment. */
  problems: readonly string[];
}>;

/**
 * `offset` and `bytes` are the byte range that an I-frame playlist names. In fMP4 only the picture that
 * a fragment begins with has one, as no player can read the others alone: `bytes` is 0 for those.
 */
export type KeyFrame = Readonly<{ pts: number; offset: number; bytes: number; isIdr: boolean }>;

/** A segment that is final: read once, scanned, hashed, and sent from this very Buffer. */
export type Segment = Readonly<{
  /** `720p` or `audio-en`. */
  rendition: string;
  /** 0-based. */
  index: number;
  /** Absolute path of the file that the bytes were read from. */
  path: string;
  /** Undefined once the bytes were dropped to save memory; they are still at `path`. */
  body?: Buffer;
  /** fMP4: what a decoder needs in front of any segment of the rendition, the same for all of them. */
  init?: InitSegment;
  facts: SegmentFacts;
}>;

/** A Media Initialization Section (RFC 8216 §3): a kilobyte or so. `path` is absolute. */
export type InitSegment = Readonly<{ path: string; body: Buffer }>;

/** Its name beside the segments of its rendition, in the work folder as in the store. */
export const INIT_FILE = 'init.mp4';
