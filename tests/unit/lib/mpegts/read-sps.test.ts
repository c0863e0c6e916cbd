import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSps } from '../../../../src/lib/mpegts/read-sps.ts';

/** Each by the encoder named, with the size that ffprobe says. */
const SAMPLES: readonly [string, string, number, number, string][] = [
  [
    'x264 High, cropped',
    '6764000bacd9428df93016a02020280000030008000003018078a14cb0',
    160,
    90,
    'avc1.64000b',
  ],
  [
    'x264 High',
    '6764000dacd941419f9f016a020202800000030080000018078a14cb',
    320,
    180,
    'avc1.64000d',
  ],
  [
    'x264 High, cropped by 8',
    '6764001eacd940a02ff97016a02020280000030008000003018078b16cb0',
    640,
    360,
    'avc1.64001e',
  ],
];

describe('readSps', () => {
  test.each(SAMPLES)('reads %s', (_, hex, width, height, codec) => {
    expect(readSps(hex)).toEqual({ width, height, codec });
  });

  test.each(['', '67', '68ebe3cb', '6764000b', 'zz', '6764000bacd9'])(
    'is undefined for %j',
    (hex) => {
      expect(readSps(hex)).toBeUndefined();
    },
  );

  test('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        readSps(`67${Buffer.from(bytes).toString('hex')}`);
      }),
    );
  });
});
