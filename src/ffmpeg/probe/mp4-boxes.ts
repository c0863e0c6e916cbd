import type { FileHandle } from 'node:fs/promises';

/** Reads a few bytes somewhere in the file; fewer at its end. */
export type ReadAt = (position: number, bytes: number) => Promise<Buffer>;

export function readerOf(file: FileHandle): ReadAt {
  return async (position, bytes) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, position);
    return buffer.subarray(0, bytesRead);
  };
}

/** A box of an MP4 (ISO 14496-12 §4.2): where its content lies in the file. */
export type Box = Readonly<{ type: string; start: number; end: number }>;

/** More boxes than these side by side are no film's. */
const MAX_BOXES = 2_000;

/** The first box at the end of a path of types: `['mdia', 'mdhd']`. */
export async function descend(
  readAt: ReadAt,
  from: Box,
  path: readonly string[],
): Promise<Box | undefined> {
  let box: Box | undefined = from;
  for (const type of path) box = box && (await find(readAt, box, type));
  return box;
}

/** The first box of a type. */
export async function find(
  readAt: ReadAt,
  within: Omit<Box, 'type'>,
  type: string,
): Promise<Box | undefined> {
  return (await boxesIn(readAt, within)).find((box) => box.type === type);
}

/** The boxes in a range, contents only; a damaged one ends the list. */
export async function boxesIn(readAt: ReadAt, within: Omit<Box, 'type'>): Promise<readonly Box[]> {
  const boxes: Box[] = [];
  let at = within.start;
  while (at + 8 <= within.end && boxes.length < MAX_BOXES) {
    const head = await readAt(at, 16);
    if (head.length < 8) break;
    const told = head.readUInt32BE(0);
    const isLarge = told === 1 && head.length === 16;
    const size = isLarge ? Number(head.readBigUInt64BE(8)) : told;
    // 0: to the end of the file.
    const end = size === 0 ? within.end : at + size;
    const start = at + (isLarge ? 16 : 8);
    if (end < start || end > within.end) break;
    boxes.push({ type: head.toString('latin1', 4, 8), start, end });
    at = end;
  }
  return boxes;
}

/** As `tkhd` has it. */
export async function trackId(readAt: ReadAt, trak: Box): Promise<number | undefined> {
  const tkhd = await find(readAt, trak, 'tkhd');
  if (tkhd === undefined) return undefined;
  const head = await readAt(tkhd.start, 24);
  if (head.length < 24) return undefined;
  return head.readUInt32BE(head[0] === 1 ? 20 : 12);
}

/** How the samples of a track are coded (`stsd`): one entry mostly, more where that changes. */
export async function sampleEntries(
  readAt: ReadAt,
  { size, id }: Readonly<{ size: number; id: number | undefined }>,
): Promise<readonly Box[]> {
  const moov = await find(readAt, { start: 0, end: size }, 'moov');
  if (moov === undefined) return [];
  for (const trak of await boxesIn(readAt, moov)) {
    if (trak.type !== 'trak' || (await trackId(readAt, trak)) !== id) continue;
    const stsd = await descend(readAt, trak, ['mdia', 'minf', 'stbl', 'stsd']);
    return stsd === undefined ? [] : boxesIn(readAt, { start: stsd.start + 8, end: stsd.end });
  }
  return [];
}
