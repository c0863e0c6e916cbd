/**
 * How near a rendition comes to the film at its own size, by VMAF (model v0.6.1, 0 to 100): the harmonic
 * mean over samples, and the mark that 5 % of the pictures stay below. Whole numbers: the samples of a
 * feature film miss its mean by less than one.
 */
export type Quality = Readonly<{ vmaf: number; vmafP5: number }>;
