import { expect, test } from 'vitest';
import { formatBytes } from '../../../src/lib/format-bytes.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [99_940, '99.9 kB'],
  [99_960, '100 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [38_200_000, '38.2 MB'],
  [8_400_000_000, '8.4 GB'],
  [78_000_000_000, '78.0 GB'],
  [2e18, '2000 PB'],
  [-5, '0 B'],
])('%i bytes are written %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
