import { open } from 'node:fs/promises';
import {
  type Box,
  boxesIn,
  descend,
  find,
  type ReadAt,
  readerOf,
  trackId,
} from '../probe/mp4-boxes.ts';

/** One row of an edit list (ISO 14496-12 §8.6.6), in seconds. */
export type Edit = Readonly<{
  /** Infinity where a fragmented film does not say it. */
  seconds: number;
  /** Of the track's own time line; undefined: nothing is shown. */
  from: number | undefined;
}>;

const MAX_EDITS = 10_000;

/**
 * The edit list of one track of an MP4 or QuickTime file. Without one the track is shown as it is, from
 * 0 on. Undefined where the file cannot be understood.
 */
export async function readMp4Edits(
  path: string,
  track: number,
): Promise<readonly Edit[] | undefined> {
  const file = await open(path, 'r');
  try {
    const readAt = readerOf(file);
    const { size } = await file.stat();
    const moov = await find(readAt, { start: 0, end: size }, 'moov');
    if (moov === undefined) return undefined;
    for (const trak of await boxesIn(readAt, moov)) {
      if (trak.type !== 'trak' || (await trackId(readAt, trak)) !== track) continue;
      return await editsOf(readAt, { moov, trak });
    }
    return undefined;
  } finally {
    await file.close();
  }
}

async function editsOf(
  readAt: ReadAt,
  { moov, trak }: Readonly<{ moov: Box; trak: Box }>,
): Promise<readonly Edit[] | undefined> {
  const list = await descend(readAt, trak, ['edts', 'elst']);
  if (list === undefined) return [{ seconds: Number.POSITIVE_INFINITY, from: 0 }];
  const film = await ticksPerSecond(readAt, await find(readAt, moov, 'mvhd'));
  const own = await ticksPerSecond(readAt, await descend(readAt, trak, ['mdia', 'mdhd']));
  if (film === undefined || own === undefined) return undefined;
  const bytes = await readAt(list.start, Math.min(list.end - list.start, 8 + 20 * MAX_EDITS));
  const isLong = bytes[0] === 1;
  const row = isLong ? 20 : 12;
  const rows = Math.min(bytes.length < 8 ? 0 : bytes.readUInt32BE(4), (bytes.length - 8) / row);
  return Array.from({ length: Math.floor(rows) }, (_, index) => {
    const at = 8 + row * index;
    const ticks = isLong ? Number(bytes.readBigUInt64BE(at)) : bytes.readUInt32BE(at);
    const from = isLong ? Number(bytes.readBigInt64BE(at + 8)) : bytes.readInt32BE(at + 4);
    return {
      seconds: ticks === 0 ? Number.POSITIVE_INFINITY : ticks / film,
      from: from < 0 ? undefined : from / own,
    };
  });
}

/** Of `mvhd` and `mdhd`, which are alike so far. */
async function ticksPerSecond(readAt: ReadAt, box: Box | undefined): Promise<number | undefined> {
  if (box === undefined) return undefined;
  const head = await readAt(box.start, 24);
  if (head.length < 24) return undefined;
  const ticks = head.readUInt32BE(head[0] === 1 ? 20 : 12);
  return ticks > 0 ? ticks : undefined;
}
