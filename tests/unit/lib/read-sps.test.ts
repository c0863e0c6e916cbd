import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSps } from '../../../src/lib/read-sps.ts';
import { expGolomb, withEmulation, writeSps } from './write-sps.ts';

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
  [
    'x265 Main, cropped by 4',
    '42010101600000030090000003000003003ca00a080b9f796566924caf0169c2000007d20000ea6010',
    320,
    180,
    'hvc1.1.6.L60.90',
  ],
];

describe('readSps', () => {
  test.each(SAMPLES)('reads %s', (_, hex, width, height, codec) => {
    expect(readSps(hex)).toEqual({ width, height, codec, chroma: 1, bitDepth: 8 });
  });

  test.each(['', '67', '68ebe3cb', '6764000b', 'zz', '6764000bacd9'])(
    'is undefined for %j',
    (hex) => {
      expect(readSps(hex)).toBeUndefined();
    },
  );

  test('reads any size, whatever zeros lie before it (emulation prevention)', () => {
    const shape = fc.record({
      offset: fc.constantFrom(1, 2 ** 16, 2 ** 24, 2 ** 30),
      columns: fc.integer({ min: 1, max: 256 }),
      rows: fc.integer({ min: 1, max: 256 }),
      crop: fc.nat(7),
    });
    fc.assert(
      fc.property(shape, ({ offset, columns, rows, crop }) => {
        const bits = [
          ...[expGolomb(0), expGolomb(0), expGolomb(1), '0'], // order type 1: three offsets follow
          ...[expGolomb(offset), expGolomb(offset), expGolomb(1), expGolomb(offset)],
          ...[expGolomb(3), '0', expGolomb(columns - 1), expGolomb(rows - 1), '1', '1'],
          ...['1', expGolomb(0), expGolomb(crop), expGolomb(0), expGolomb(crop), '0', '1'],
        ].join('');
        expect(readSps(`6742c01e${withEmulation(bits)}`)).toEqual({
          width: columns * 16 - 2 * crop,
          height: rows * 16 - 2 * crop,
          codec: 'avc1.42c01e',
          chroma: 1,
          bitDepth: 8,
        });
      }),
    );
  });

  test.each([
    ['h264', 'avc1.64001f'],
    ['hevc', 'hvc1.1.6.L93.90'],
  ] as const)('reads any even size of %s', (kind, codec) => {
    const side = fc.integer({ min: 8, max: 2048 }).map((half) => 2 * half);
    fc.assert(
      fc.property(side, side, (width, height) => {
        const facts = { width, height, codec, chroma: 1, bitDepth: 8 };
        expect(readSps(writeSps(kind, width, height))).toEqual(facts);
      }),
    );
  });

  test('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        readSps(`67${Buffer.from(bytes).toString('hex')}`);
        readSps(`4201${Buffer.from(bytes).toString('hex')}`);
      }),
    );
  });
});
