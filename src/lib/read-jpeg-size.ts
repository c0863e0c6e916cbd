/**
 * Width and height of a whole JPEG, from its frame header; undefined when these bytes are not one
 * (no start, no end, cut off before the picture data).
 */
export function readJpegSize(
  bytes: Buffer,
): Readonly<{ width: number; height: number }> | undefined {
  const isWhole = bytes.length > 4 && bytes.readUInt16BE(0) === SOI;
  if (!isWhole || bytes.readUInt16BE(bytes.length - 2) !== EOI) return undefined;
  let at = 2;
  while (at + 9 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (isFrameHeader(marker)) {
      return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    }
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

const SOI = 0xffd8;
const EOI = 0xffd9;

/** SOF0 to SOF15, without the three that are tables: DHT, JPG, DAC. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}
