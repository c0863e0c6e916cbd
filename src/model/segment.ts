/** What one pass over the bytes of an MPEG-TS segment showed (`lib/mpegts/scan-segment.ts`). */
export type SegmentFacts = Readonly<{
  bytes: number;
  kind: 'video' | 'audio' | 'unknown';
  /** Pictures, or audio frames (PES packets may hold several: counted by their ADTS headers). */
  frames: number;
  /** 90 kHz ticks; 33 bits. Undefined when there was no time stamp. */
  firstPts?: number;
  lastPts?: number;
  firstDts?: number;
  lastDts?: number;
  keyFrames: readonly KeyFrame[];
  /** Sequence parameter set (NAL type 7) of the first key frame, without start code, as hex. */
  sps?: string;
  /** Audio: MPEG-4 object type (2 = AAC-LC), rate and channels from the first ADTS header. */
  audio?: Readonly<{ objectType: number; sampleRateHz: number; channels: number }>;
  /** Anything that must not be there, one line each; empty for a sound segment. */
  problems: readonly string[];
}>;

/** `offset` and `bytes` are the byte range that an I-frame playlist names. */
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
  facts: SegmentFacts;
}>;
