const USUAL = [
  [16, 9],
  [4, 3],
  [3, 2],
  [1, 1],
  [9, 16],
  [3, 4],
  [2, 3],
] as const;

/**
 * As people write it: `16:9` and its like where the picture is one of them within 1 % (sizes are
 * rounded to even numbers: 854×480), else cinema's way, `2.40:1`; tall ones turned, `1:2.17`.
 */
export function describeAspectRatio(width: number, height: number): string {
  const ratio = width / height;
  const usual = USUAL.find(([w, h]) => Math.abs(ratio / (w / h) - 1) < 0.01);
  if (usual !== undefined) return usual.join(':');
  return ratio >= 1 ? `${ratio.toFixed(2)}:1` : `1:${(1 / ratio).toFixed(2)}`;
}
