import type { FramedTrack, Framing, ReadAt } from './container-framing.ts';

type Box = Readonly<{ type: string; start: number; end: number }>;
type Scope = Readonly<{ size: number; track: FramedTrack }>;

/** More boxes than these side by side are no film's. */
const MAX_BOXES = 2_000;
/** Of a sample entry before its boxes: 8 of every entry, 70 of a picture's (ISO 14496-12 §12.1.3). */
const SAMPLE_ENTRY_BYTES = 78;

/** The clean aperture (`clap`, ISO 14496-12 §12.1.4) of one track, by positional reads of box heads. */
export async function readMp4Framing(
  readAt: ReadAt,
  { size, track }: Scope,
): Promise<Framing | undefined> {
  const moov = await find(readAt, { start: 0, end: size }, 'moov');
  if (moov === undefined) return undefined;
  for (const trak of await boxesIn(readAt, moov)) {
    if (trak.type !== 'trak' || (await trackId(readAt, trak)) !== track.id) continue;
    const stsd = await descend(readAt, trak, ['mdia', 'minf', 'stbl', 'stsd']);
    if (stsd === undefined) return undefined;
    const [entry] = await boxesIn(readAt, { start: stsd.start + 8, end: stsd.end });
    if (entry === undefined) return undefined;
    const inside = { start: entry.start + SAMPLE_ENTRY_BYTES, end: entry.end };
    const clap = await find(readAt, inside, 'clap');
    return clap && apertureOf(await readAt(clap.start, 32), track);
  }
  return undefined;
}

async function descend(
  readAt: ReadAt,
  from: Box,
  path: readonly string[],
): Promise<Box | undefined> {
  let box: Box | undefined = from;
  for (const type of path) box = box && (await find(readAt, box, type));
  return box;
}

async function find(
  readAt: ReadAt,
  within: Omit<Box, 'type'>,
  type: string,
): Promise<Box | undefined> {
  return (await boxesIn(readAt, within)).find((box) => box.type === type);
}

/** The boxes in a range, contents only; a damaged one ends the list. */
async function boxesIn(readAt: ReadAt, within: Omit<Box, 'type'>): Promise<readonly Box[]> {
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

async function trackId(readAt: ReadAt, trak: Box): Promise<number | undefined> {
  const tkhd = await find(readAt, trak, 'tkhd');
  if (tkhd === undefined) return undefined;
  const head = await readAt(tkhd.start, 24);
  if (head.length < 24) return undefined;
  return head.readUInt32BE(head[0] === 1 ? 20 : 12);
}

/** Width, height, and how far its centre is off the picture's, as fractions. */
function apertureOf(bytes: Buffer, { width, height }: FramedTrack): Framing | undefined {
  if (bytes.length < 32) return undefined;
  const fraction = (at: number) => bytes.readInt32BE(at) / bytes.readUInt32BE(at + 4);
  const [shownWidth, shownHeight, right, down] = [0, 8, 16, 24].map(fraction);
  const x = Math.round((width - (shownWidth ?? 0)) / 2 + (right ?? 0));
  const y = Math.round((height - (shownHeight ?? 0)) / 2 + (down ?? 0));
  const margins = {
    left: x,
    right: width - x - Math.round(shownWidth ?? 0),
    top: y,
    bottom: height - y - Math.round(shownHeight ?? 0),
  };
  return Object.values(margins).every(Number.isInteger) ? { margins } : undefined;
}
