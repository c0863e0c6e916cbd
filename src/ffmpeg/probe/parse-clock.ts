/** `00:01:02.500000000` → 62.5 seconds; NaN for anything else. */
export function parseClock(text: string | undefined): number {
  const match = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(text ?? '');
  return match === null
    ? Number.NaN
    : Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
}

/** The value when it is a number above 0. */
export function positive(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) && value > 0 ? value : undefined;
}
