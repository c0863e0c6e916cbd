import type { TopDetail } from '../model/measured.ts';
import type { VideoRendition } from '../model/plan.ts';

/** Both, or dark films look as if they had no detail (quality.md §5.3, measured on six clips). */
const REDUNDANT_DB = 48;
const REDUNDANT_SSIM = 0.99;

/** The largest rung holds nothing that the one below does not. */
export function isRedundant({ psnrDb, ssim }: TopDetail): boolean {
  return psnrDb >= REDUNDANT_DB && ssim >= REDUNDANT_SSIM;
}

/** A line for people where the top rung brings nothing. A hint: it is made all the same. */
export function topRungWarning(
  video: readonly VideoRendition[],
  detail: TopDetail | undefined,
): readonly string[] {
  const [below, top] = video.slice(-2);
  if (detail === undefined || below === undefined || top === undefined) return [];
  if (!isRedundant(detail)) return [];
  const { psnrDb, ssim } = detail;
  return [
    `${top.name} brings nothing over ${below.name}: the film holds no more detail, as if it had been enlarged (${below.name} made larger differs by ${psnrDb} dB, SSIM ${ssim.toFixed(3)}). A preset of your own that ends at ${below.name} saves its bytes.`,
  ];
}
