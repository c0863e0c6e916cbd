import { describe, expect, test } from 'vitest';
import { readJpegSize } from '../../../src/lib/read-jpeg-size.ts';

/** Start, a comment, a table, the frame header (7 high, 300 wide), data, end. */
const jpeg = Buffer.from(
  'ffd8 fffe0004abcd ffc400040000 ffc0000b080007012c01012200 ffda0002 1234 ffd9'.replaceAll(
    ' ',
    '',
  ),
  'hex',
);

describe('the size of a JPEG', () => {
  test('comes from the frame header, past comments and tables', () => {
    expect(readJpegSize(jpeg)).toEqual({ width: 300, height: 7 });
  });

  test('every cut is noticed: a picture without its end is none', () => {
    for (let length = 0; length < jpeg.length; length += 1) {
      expect(readJpegSize(jpeg.subarray(0, length)), `${length} bytes`).toBeUndefined();
    }
  });

  test('other bytes are none', () => {
    expect(readJpegSize(Buffer.from('ffd8ffd9', 'hex'))).toBeUndefined();
    expect(readJpegSize(Buffer.from('89504e470d0a1a0affd9', 'hex'))).toBeUndefined();
    expect(readJpegSize(Buffer.from('ffd8ffe0ffffffd9', 'hex'))).toBeUndefined();
  });
});
