/**
 * A time of SubRip or WebVTT, as they are and as people and programs write them: hours may be missing,
 * the decimals after a point or a colon, spaces between, and a minus anywhere, as programs that move a
 * text print it (`-00:00:01,500`, `00:00:-1,-500`). Four groups.
 */
export const CLOCK = String.raw`(?:(-?\d{1,5})\s*:\s*)?(-?\d{1,2})\s*:\s*(-?\d{1,2})(?:\s*[,.:]\s*(-?\d{1,9}))?`;

/** Milliseconds of what `CLOCK` found, below 0 before the film. `1:02,5` is half a second: a decimal. */
export function clockMs(groups: readonly (string | undefined)[]): number {
  const [hours, minutes, seconds, fraction = ''] = groups.map((part) => part?.replace('-', ''));
  const whole = (Number(hours ?? 0) * 60 + Number(minutes)) * 60 + Number(seconds);
  const sign = groups.some((part) => part?.startsWith('-')) ? -1 : 1;
  return sign * (whole * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0')));
}
