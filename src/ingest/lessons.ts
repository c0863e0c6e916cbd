import type { EncoderName, ToneMapperName } from '../model/toolchain.ts';

/** What earlier attempts at this film have shown, for the next plan to heed. Empty at first. */
export type Lessons = Readonly<{
  /** The encoder that failed at this film, and how: the next one by preference is taken. */
  failedEncoder?: Readonly<{ name: EncoderName; why: string }>;
  /** The way from HDR to SDR that failed at this film, and how. */
  failedToneMapper?: Readonly<{ name: ToneMapperName; why: string }>;
  /** Why nothing is copied: what was made with copied streams was not as planned. */
  failedCopy?: string;
}>;
