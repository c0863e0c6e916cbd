import type { Edit } from './read-mp4-edits.ts';

export type Span = Readonly<{ start: number; end: number }>;

/**
 * Where a piece of a track's own time line is in the film: nowhere, once, or, where edits show it again,
 * more than once. Seconds.
 */
export function applyEdits({ start, end }: Span, edits: readonly Edit[]): readonly Span[] {
  const shown: Span[] = [];
  let filmStart = 0;
  for (const { seconds, from } of edits) {
    if (from !== undefined) {
      const first = Math.max(start, from);
      const last = Math.min(end, from + seconds);
      if (first < last)
        shown.push({ start: filmStart + first - from, end: filmStart + last - from });
    }
    filmStart += seconds;
  }
  return shown;
}
