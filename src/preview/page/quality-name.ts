import type { Film } from './film.ts';
import type { Quality } from './player-contract.ts';

/** By the document's renditions, because 1920×800 is called 1080p. */
export function qualityName(
  { width, height }: Pick<Quality, 'width' | 'height'>,
  film: Film,
): string {
  const known = film.renditions.find((one) => one.width === width && one.height === height);
  return known?.name ?? `${Math.min(width, height) || height}p`;
}
