/** MPEG-TS time: 90 kHz, 33 bits, so it starts again at 0 after 26.5 hours. */
export const TICKS_PER_SECOND = 90_000;
export const TICK_WRAP = 2 ** 33;

/**
 * Ticks from `earlier` to `later`, negative when `later` lies before. Right across the wrap, as long
 * as the two are less than 13 hours apart. Takes unwrapped values (below 0, above 33 bits) too.
 */
export function ticksBetween(earlier: number, later: number): number {
  const forward = wrapTicks(later - earlier);
  return forward < TICK_WRAP / 2 ? forward : forward - TICK_WRAP;
}

/** The value as 33 bits hold it. */
export function wrapTicks(ticks: number): number {
  return ((ticks % TICK_WRAP) + TICK_WRAP) % TICK_WRAP;
}
