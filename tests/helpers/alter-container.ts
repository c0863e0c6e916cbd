import { readFileSync, writeFileSync } from 'node:fs';

/** Of a display matrix, row by row: x' = a·x + c·y, y' = b·x + d·y. */
export type Turn = Readonly<{ a: number; b: number; c: number; d: number }>;

/** Writes a display matrix into the picture track (the one with a size) of an MP4 file. */
export function setDisplayMatrix(path: string, { a, b, c, d }: Turn): void {
  const bytes = readFileSync(path);
  for (let at = bytes.indexOf('tkhd'); at >= 0; at = bytes.indexOf('tkhd', at + 4)) {
    // Version 0: 4 of version and flags, 20 of times and numbers, 16 of reserved, layer and volume.
    const matrix = at + 4 + 4 + 20 + 16;
    if (bytes.readUInt32BE(matrix + 36) === 0) continue;
    const values = [a, b, 0, c, d, 0, 0, 0].map((value) => Math.round(value * 0x10000));
    for (const [index, value] of [...values, 0x40000000].entries()) {
      bytes.writeInt32BE(value, matrix + index * 4);
    }
  }
  writeFileSync(path, bytes);
}

/** Puts a box into the H.264 sample entry of an MP4 file whose index is at the end. */
export function addToSampleEntry(path: string, box: Buffer): void {
  const bytes = readFileSync(path);
  const entry = bytes.indexOf('avc1', bytes.indexOf('stsd')) - 4;
  const end = entry + bytes.readUInt32BE(entry);
  // The boxes around it become longer too.
  for (const type of ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd', 'avc1']) {
    const at = bytes.lastIndexOf(type, type === 'avc1' ? entry + 4 : entry) - 4;
    bytes.writeUInt32BE(bytes.readUInt32BE(at) + box.length, at);
  }
  writeFileSync(path, Buffer.concat([bytes.subarray(0, end), box, bytes.subarray(end)]));
}

/** A clean aperture: a size, and how far its centre is off the picture's. */
export function clap(width: number, height: number, right = 0, down = 0): Buffer {
  const box = Buffer.alloc(40);
  box.writeUInt32BE(40, 0);
  box.write('clap', 4, 'latin1');
  for (const [index, value] of [width, height, right, down].entries()) {
    box.writeInt32BE(value, 8 + index * 8);
    box.writeInt32BE(1, 12 + index * 8);
  }
  return box;
}

/** A Dolby Vision record (`dvcC`) of a profile and of what its base layer is compatible with. */
export function dolbyVisionRecord(profile: number, compatibility: number): Buffer {
  const box = Buffer.alloc(32);
  box.writeUInt32BE(32, 0);
  box.write(profile > 7 ? 'dvvC' : 'dvcC', 4, 'latin1');
  // Version 1.0; profile (7 bits), level 6 (6 bits), then three flags: record, no second layer, base.
  box.writeUInt8(1, 8);
  box.writeUInt16BE((profile << 9) | (6 << 3) | 0b101, 10);
  box.writeUInt8(compatibility << 4, 12);
  return box;
}

const SEGMENT = '18538067';

/**
 * Adds elements to the Video element of a Matroska file that was made without an index (`-live 1`),
 * and the duration that such a file lacks.
 */
export function addToMatroskaVideo(
  path: string,
  elements: readonly (readonly [number, number])[],
  durationMs: number,
): void {
  const added = elements.map(([id, value]) =>
    Buffer.from([id >> 8, id & 255, 0x82, value >> 8, value & 255]),
  );
  const way = [SEGMENT, '1654ae6b', 'ae', 'e0'];
  writeFileSync(path, insert(withDuration(path, durationMs), way, Buffer.concat(added)));
}

/** Says of the first track of such a file that it is encrypted (ContentEncryption, by AES). */
export function callMatroskaEncrypted(path: string, durationMs: number): void {
  const encodings = Buffer.from('6d808e62408b5033810150358447e18105', 'hex');
  const way = [SEGMENT, '1654ae6b', 'ae'];
  writeFileSync(path, insert(withDuration(path, durationMs), way, encodings));
}

function withDuration(path: string, durationMs: number): Buffer {
  const duration = Buffer.from('448988ffffffffffffffff', 'hex');
  duration.writeDoubleBE(durationMs, 3);
  return insert(readFileSync(path), [SEGMENT, '1549a966'], duration);
}

function insert(bytes: Buffer, [id = '', ...inner]: readonly string[], added: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const idBytes = Math.clz32(bytes[at] ?? 0) - 23;
    const sizeBytes = Math.clz32(bytes[at + idBytes] ?? 0) - 23;
    const start = at + idBytes + sizeBytes;
    const size = sizeOf(bytes.subarray(at + idBytes, start));
    const end = size === undefined ? bytes.length : start + size;
    const body = bytes.subarray(start, end);
    if (bytes.toString('hex', at, at + idBytes) !== id) parts.push(bytes.subarray(at, end));
    else {
      const changed =
        inner.length === 0 ? Buffer.concat([body, added]) : insert(body, inner, added);
      const length = Buffer.alloc(8);
      length.writeBigUInt64BE(BigInt(changed.length) | (1n << 56n));
      const head = size === undefined ? bytes.subarray(at + idBytes, start) : length;
      parts.push(bytes.subarray(at, at + idBytes), head, changed);
    }
    at = end;
  }
  return Buffer.concat(parts);
}

/** Undefined for "unknown": all ones. */
function sizeOf(bytes: Buffer): number | undefined {
  const first = (bytes[0] ?? 0) & ((1 << (8 - bytes.length)) - 1);
  const rest = [...bytes.subarray(1)];
  if (first === (1 << (8 - bytes.length)) - 1 && rest.every((byte) => byte === 255)) {
    return undefined;
  }
  return rest.reduce((sum, byte) => sum * 256 + byte, first);
}
