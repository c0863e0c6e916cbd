/** `1,640`: a whole number with its thousands set apart, the same on every machine (no locale). */
export function formatCount(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}
