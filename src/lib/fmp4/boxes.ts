/** A box of an MP4 (ISO/IEC 14496-12 §4.2): `start` is its header, its content `from` to `end`. */
export type Box = Readonly<{ type: string; start: number; from: number; end: number }>;

/**
 * The boxes that lie one behind the other between `from` and `end`. `isWhole` is false when the last
 * one does not end where it should: the file is cut off, or a size is damaged.
 */
export function listBoxes(
  bytes: Uint8Array,
  { from, end }: Readonly<{ from: number; end: number }>,
): Readonly<{ boxes: readonly Box[]; isWhole: boolean }> {
  const boxes: Box[] = [];
  let at = from;
  while (at + 8 <= end) {
    const size = readU32(bytes, at);
    const isLarge = size === 1;
    const header = isLarge ? 16 : 8;
    const length = isLarge ? readU64(bytes, at + 8) : size;
    if (length < header || at + length > end) return { boxes, isWhole: false };
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    boxes.push({ type, start: at, from: at + header, end: at + length });
    at += length;
  }
  return { boxes, isWhole: at === end };
}

/** The first box of a type at the end of a path of types: `['mdia', 'mdhd']`. */
export function findBox(
  bytes: Uint8Array,
  inside: Readonly<{ from: number; end: number }>,
  path: readonly string[],
): Box | undefined {
  const [type, ...rest] = path;
  const box = listBoxes(bytes, inside).boxes.find((it) => it.type === type);
  return box === undefined || rest.length === 0 ? box : findBox(bytes, box, rest);
}

/** Behind the end of the bytes all are zeros. */
export function readU16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

export function readU32(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at) * 2 ** 16 + readU16(bytes, at + 2);
}

export function readI32(bytes: Uint8Array, at: number): number {
  return readU32(bytes, at) | 0;
}

/** Exact up to 2^53. */
export function readU64(bytes: Uint8Array, at: number): number {
  return readU32(bytes, at) * 2 ** 32 + readU32(bytes, at + 4);
}
