/** Bytes of the shortest PES header of a picture or a sound: start code to header length. */
const FIXED_BYTES = 9;

/** Filled anew by each `readPesHeader`, so that a pass over a segment allocates nothing per picture. */
export type PesHeader = {
  pts: number;
  /** As PTS, where the header names only that. */
  dts: number;
  /** Where the stream's own bytes begin. */
  payloadStart: number;
};

/**
 * Reads the PES header at `start` into `into`. Answers what is wrong as a text, else undefined.
 * ISO/IEC 13818-1 §2.4.3.7.
 */
export function readPesHeader(
  bytes: Uint8Array,
  payload: Readonly<{ start: number; end: number }>,
  into: PesHeader,
): string | undefined {
  const at = payload.start;
  if (at + FIXED_BYTES > payload.end) return 'has no whole header';
  if (bytes[at] !== 0 || bytes[at + 1] !== 0 || bytes[at + 2] !== 1) return 'has no start code';
  const flags = (bytes[at + 7] ?? 0) >> 6;
  into.payloadStart = at + FIXED_BYTES + (bytes[at + 8] ?? 0);
  if (into.payloadStart > payload.end) return 'has no whole header';
  if ((flags & 2) === 0) return 'has no time stamp';
  const needed = flags === 3 ? 10 : 5;
  if ((bytes[at + 8] ?? 0) < needed) return 'has no room for its time stamps';
  into.pts = readTimestamp(bytes, at + 9, flags);
  into.dts = flags === 3 ? readTimestamp(bytes, at + 14, 1) : into.pts;
  return into.pts < 0 || into.dts < 0 ? 'has a damaged time stamp' : undefined;
}

/**
 * 33 bits between marker bits; −1 when prefix or markers are wrong. The top three bits are multiplied:
 * `<<` works on 32 bits and would lose them from 6.6 hours on.
 */
function readTimestamp(bytes: Uint8Array, at: number, prefix: number): number {
  const b0 = bytes[at] ?? 0;
  const b2 = bytes[at + 2] ?? 0;
  const b4 = bytes[at + 4] ?? 0;
  if (b0 >> 4 !== prefix || (b0 & b2 & b4 & 1) === 0) return -1;
  const low =
    ((bytes[at + 1] ?? 0) << 22) | ((b2 >> 1) << 15) | ((bytes[at + 3] ?? 0) << 7) | (b4 >> 1);
  return ((b0 >> 1) & 7) * 2 ** 30 + low;
}
