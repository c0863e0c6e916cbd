const MIB = 1_048_576;

/** From here on an object goes up in parts. Below, one PUT is a third of the cost and round trips. */
export const SINGLE_PUT_MAX_BYTES = 64 * MIB;

/**
 * Size of all parts but the last, which is the rest. One size for the whole object because R2 refuses
 * unequal parts (10048); a pure function of the object's size, so that a second try cuts the same way.
 * Never more than 9,000 of the 10,000 parts that S3 takes.
 */
export function partSize(bytes: number): number {
  return Math.max(16 * MIB, Math.ceil(bytes / 9_000 / MIB) * MIB);
}
