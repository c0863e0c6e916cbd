/** The candidate that `word` was probably meant to be: at most a third of its letters differ. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({
      candidate,
      distance: editDistance(word.toLowerCase(), candidate.toLowerCase()),
    }))
    .filter(({ candidate, distance }) => distance * 3 <= Math.max(candidate.length, 3))
    .toSorted((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}

/** Levenshtein's, over the first 80 characters. */
function editDistance(left: string, right: string): number {
  const to = [...right.slice(0, 80)];
  let row = [...Array(to.length + 1).keys()];
  for (const [i, a] of [...left.slice(0, 80)].entries()) {
    const next = [i + 1];
    for (const [j, b] of to.entries()) {
      const replaced = (row[j] ?? 0) + (a === b ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
