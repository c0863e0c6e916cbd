export type PgsOptions = Readonly<{
  /** Of the video. */
  width: number;
  height: number;
  startSeconds: number;
  endSeconds: number;
}>;

/** A PGS stream (`.sup`) with one white block over the lower half of the picture, as Blu-rays have it. */
export function writePgs({ width, height, startSeconds, endSeconds }: PgsOptions): Buffer {
  const [w, h] = [width >> 1, height >> 2];
  const [x, y] = [width >> 2, height >> 1];
  const window = bytes([1, 1], [0, 1], [x, 2], [y, 2], [w, 2], [h, 2]);
  const composition = (number: number, objects: Buffer) =>
    Buffer.concat([
      bytes([width, 2], [height, 2], [0x10, 1], [number, 2], [number === 0 ? 0x80 : 0, 1], [0, 2]),
      bytes([objects.length > 0 ? 1 : 0, 1]),
      objects,
    ]);
  const line = Buffer.concat([
    bytes([0, 1], [0xc0 | (w >> 8), 1], [w & 0xff, 1], [1, 1]),
    bytes([0, 2]),
  ]);
  const picture = Buffer.concat([bytes([w, 2], [h, 2]), ...Array.from({ length: h }, () => line)]);
  const object = Buffer.concat([bytes([0, 2], [0, 1], [0xc0, 1], [picture.length, 3]), picture]);
  return Buffer.concat([
    segment(startSeconds, 0x16, composition(0, bytes([0, 2], [0, 1], [0, 1], [x, 2], [y, 2]))),
    segment(startSeconds, 0x17, window),
    segment(startSeconds, 0x14, bytes([0, 2], [1, 1], [235, 1], [128, 1], [128, 1], [255, 1])),
    segment(startSeconds, 0x15, object),
    segment(startSeconds, 0x80, Buffer.alloc(0)),
    segment(endSeconds, 0x16, composition(1, Buffer.alloc(0))),
    segment(endSeconds, 0x17, window),
    segment(endSeconds, 0x80, Buffer.alloc(0)),
  ]);
}

function segment(seconds: number, type: number, body: Buffer): Buffer {
  const head = bytes([seconds * 90_000, 4], [0, 4], [type, 1], [body.length, 2]);
  return Buffer.concat([Buffer.from('PG'), head, body]);
}

/** Values with their lengths in bytes, big end first. */
function bytes(...fields: readonly (readonly [value: number, length: number])[]): Buffer {
  return Buffer.concat(
    fields.map(([value, length]) => {
      const field = Buffer.alloc(length);
      field.writeUIntBE(value, 0, length);
      return field;
    }),
  );
}
