import { expect, test } from 'vitest';
import { judgeFields } from '../../../src/ffmpeg/field-order.ts';

const counts = {
  top: 0,
  bottom: 0,
  progressive: 0,
  repeated: 0,
  neither: 100,
  marked: 0,
  pictures: 100,
};

test.each([
  ['fields in one order', { top: 90, progressive: 10 }, 'interlaced'],
  [
    'fields in the other, and a few that look otherwise',
    { top: 8, bottom: 60, progressive: 32 },
    'interlaced',
  ],
  // Measured: ffmpeg's own test picture, whose fine patterns move; a film of whole pictures.
  [
    'fine patterns that look like both orders by turns',
    { top: 72, bottom: 43, progressive: 10 },
    'progressive',
  ],
  ['whole pictures', { top: 3, progressive: 97 }, 'progressive'],
])('%s', (_, seen, expected) => {
  expect(judgeFields('unknown', { ...counts, ...seen })?.fieldOrder).toBe(expected);
});
