import type { EncoderName } from './toolchain.ts';

/** What a look at samples of a film showed, for the plan to heed. Plain JSON. */
export type Measured = Readonly<{
  /** Absent where the ladder has one rung, or nothing could be compared. */
  detail?: TopDetail;
  /** Absent where nobody asked, or the encoder needs none. */
  sampled?: SampledRates | Readonly<{ objection: string }>;
}>;

/**
 * How much of the largest rung is left when it is made from the one below: over some pictures of the
 * film, scaled down and up again. High figures mean that the larger picture holds nothing more.
 */
export type TopDetail = Readonly<{
  /** Of luma, by the mean of the squared errors; 60 at most. */
  psnrDb: number;
  ssim: number;
}>;

/** What an encoder of constant quality takes for a film, measured on samples. */
export type SampledRates = Readonly<{
  /** What measured: libx264, or VideoToolbox itself where there is none. */
  encoder: EncoderName;
  samples: number;
  /** Of all samples together. */
  seconds: number;
  /**
   * Bit rate of the source as a whole ÷ in the samples: above 1 where they are easier than the film.
   * 0.5 to 2; the rates are corrected by it already.
   */
  correction: number;
  /** By rung; one that is copied is not among them. */
  rungs: readonly Readonly<{ name: string; kbps: number }>[];
}>;
