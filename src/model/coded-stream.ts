/**
 * What a film's packets say about its picture as it is, whether it could stand in the store unchanged.
 * Nothing of it is decoded.
 */
export type CodedPicture = Readonly<{
  /** What no player should be given, one line: `two pictures have the same time`. */
  flaw?: string;
  /** In the order of the film; each begins with a key frame. Empty with some flaws. */
  groups: readonly PictureGroup[];
}>;

/** A key frame and the pictures up to the next. Times are ticks of 90 kHz from the film's start. */
export type PictureGroup = Readonly<{
  keyFrame: number;
  /** The latest to be shown. */
  lastPicture: number;
  frames: number;
  bytes: number;
}>;

/** The same about a sound track. */
export type CodedSound = Readonly<{
  flaw?: string;
  /** Time of the first packet, in seconds from the film's start; below 0 for an encoder's priming. */
  startSeconds: number;
  /** Average of all packets. */
  kbps: number;
}>;

/** What of a film may be published as it is, and why no more. */
export type Copyable = Readonly<{
  /** `objection` continues a sentence about the picture: `it is HEVC`. */
  picture: Readonly<{ groups: readonly PictureGroup[] } | { objection: string }>;
  /** By ffmpeg's stream index. */
  sounds: readonly Readonly<{ index: number } & ({ kbps: number } | { objection: string })>[];
}>;
