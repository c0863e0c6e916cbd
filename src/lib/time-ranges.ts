/** A stretch of time, end not included. */
export type TimeRange = Readonly<{ startMs: number; endMs: number }>;

/** In order, with those that touch or are at most `gapMs` apart made one. */
export function joinRanges<Range extends TimeRange>(
  ranges: readonly Range[],
  gapMs: number,
): readonly Range[] {
  const joined: Range[] = [];
  for (const range of ranges.toSorted((a, b) => a.startMs - b.startMs)) {
    const last = joined.at(-1);
    if (last === undefined || range.startMs > last.endMs + gapMs) joined.push(range);
    else joined[joined.length - 1] = { ...last, endMs: Math.max(last.endMs, range.endMs) };
  }
  return joined;
}

/** What lies in both; each list in order and without overlaps. */
export function commonRanges(
  some: readonly TimeRange[],
  others: readonly TimeRange[],
): readonly TimeRange[] {
  const common: TimeRange[] = [];
  let next = 0;
  for (const { startMs, endMs } of some) {
    while ((others[next]?.endMs ?? Number.POSITIVE_INFINITY) <= startMs) next += 1;
    for (let at = next; (others[at]?.startMs ?? Number.POSITIVE_INFINITY) < endMs; at += 1) {
      const other = others[at];
      if (other === undefined) break;
      common.push({
        startMs: Math.max(startMs, other.startMs),
        endMs: Math.min(endMs, other.endMs),
      });
    }
  }
  return common;
}
