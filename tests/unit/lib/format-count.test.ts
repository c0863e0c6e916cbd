import { expect, test } from 'vitest';
import { formatCount } from '../../../src/lib/format-count.ts';

test.each([
  [0, '0'],
  [999, '999'],
  [1_640, '1,640'],
  [1_234_567, '1,234,567'],
])('%i is written %s', (count, text) => {
  expect(formatCount(count)).toBe(text);
});
