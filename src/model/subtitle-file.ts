/** A file of subtitles, found beside the film or named by the user. Plain JSON. */
export type SubtitleFile = Readonly<{
  /** Absolute. */
  path: string;
  /** BCP-47, `und` when unknown. */
  language: string;
  isForced: boolean;
  /** For viewers who cannot hear: speakers and noises are named. */
  isSdh: boolean;
  isDefault: boolean;
  title?: string;
  /** Of its bytes, as hex. */
  sha256: string;
}>;
