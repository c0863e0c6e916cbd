/**
 * `01:45:20`: whole seconds of `seconds`, rounded down to what has been played in full; at least two
 * digits of hours. A sum of measured lengths such as 59.9999999 counts as the 60 that it stands for.
 */
export function formatClock(seconds: number): string {
  const whole = Math.floor(Math.round(seconds * 1_000) / 1_000);
  const parts = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
