import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { IngestError } from '../../errors.ts';
import { boxesIn, readerOf } from './mp4-boxes.ts';

/**
 * Throws `film` for an MP4 with another one behind it (`cat a.mp4 b.mp4 > film.mp4`): ffmpeg, as every
 * player, takes the first index and passes over the rest without an error, and half would not be seen.
 * Fragmented files are left to the survey of packets: their indexes may be repeated, and are read on.
 */
export async function demandOneFilm(path: string): Promise<void> {
  const at = await findSecondFilm(path);
  if (at === undefined) return;
  throw new IngestError('film', {
    what: `${basename(path)} is two films: another one begins at byte ${at} of it`,
    why: 'Files were put one behind the other. Of all but the first nothing would be seen.',
    fix: `Cut it apart: head -c ${at} IN > ONE.mp4 and tail -c +${at + 1} IN > TWO.mp4.`,
  });
}

/** Where it begins, in bytes. */
async function findSecondFilm(path: string): Promise<number | undefined> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const boxes = await boxesIn(readerOf(file), { start: 0, end: size });
    const types = boxes.map(({ type }) => type);
    if (types.includes('moof')) return undefined;
    const isFilm = (part: readonly string[]) => part.includes('moov') && part.includes('mdat');
    const second = types.findIndex(
      (type, index) =>
        type === 'ftyp' && isFilm(types.slice(0, index)) && isFilm(types.slice(index)),
    );
    // Its content lies behind size and type.
    return second === -1 ? undefined : (boxes[second]?.start ?? 8) - 8;
  } finally {
    await file.close();
  }
}
