/**
 * A stretch of a film, from its start, in which something of it is lost. `missing`: neither picture
 * nor sound is there. `picture`, `sound`: what is there cannot be decoded as it was. `beyond`: sound,
 * but it lies after the end that the file names, so one of the two is wrong.
 */
export type BadRange = Readonly<{
  kind: 'missing' | 'picture' | 'sound' | 'beyond';
  startMs: number;
  endMs: number;
}>;

/** How long a film is bad in all; what is bad twice over counts once. */
export function badMs(ranges: readonly BadRange[]): number {
  let total = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const { startMs, endMs } of ranges.toSorted((a, b) => a.startMs - b.startMs)) {
    total += Math.max(0, endMs - Math.max(startMs, reached));
    reached = Math.max(reached, endMs);
  }
  return total;
}
