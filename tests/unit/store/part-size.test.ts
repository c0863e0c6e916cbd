import fc from 'fast-check';
import { expect, it } from 'vitest';
import { partSize, SINGLE_PUT_MAX_BYTES } from '../../../src/store/part-size.ts';

const MIB = 1_048_576;
const LARGEST_OBJECT = 4_995 * 1_024 ** 3; // R2: 4.995 TiB

it('parts are of whole MiB, within what R2 and S3 take, and at most 9,000', () => {
  fc.assert(
    fc.property(fc.integer({ min: SINGLE_PUT_MAX_BYTES + 1, max: LARGEST_OBJECT }), (bytes) => {
      const size = partSize(bytes);
      expect(size % MIB).toBe(0);
      expect(size).toBeGreaterThanOrEqual(16 * MIB);
      expect(size).toBeLessThanOrEqual(5 * 1_024 * MIB);
      expect(Math.ceil(bytes / size)).toBeLessThanOrEqual(9_000);
    }),
  );
});

it('16 MiB up to 140 GiB, then larger', () => {
  expect(partSize(SINGLE_PUT_MAX_BYTES + 1)).toBe(16 * MIB);
  expect(partSize(9_000 * 16 * MIB)).toBe(16 * MIB);
  expect(partSize(9_000 * 16 * MIB + 1)).toBe(17 * MIB);
});
