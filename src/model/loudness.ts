/** EBU R128 of a whole track. Tenths, as ffmpeg tells them. */
export type Loudness = Readonly<{
  /** LUFS; −70 for silence, below which nothing is counted. */
  integratedLufs: number;
  /** LU between quiet and loud passages. */
  rangeLu: number;
  /** dBTP: the highest peak between samples too. Absent for digital silence. */
  truePeakDbtp?: number;
}>;

/** Where `--normalize` brings sound to: Apple 2.18, and what phones and browsers play at. */
export const TARGET_LUFS = -16;

/** What counts as silence. */
export const SILENCE_LUFS = -70;
