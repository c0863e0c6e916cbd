import type { FramedTrack, Framing } from './container-framing.ts';
import { find, type ReadAt, sampleEntries } from './mp4-boxes.ts';

type Scope = Readonly<{ size: number; track: FramedTrack }>;

/** Of a sample entry before its boxes: 8 of every entry, 70 of a picture's (ISO 14496-12 §12.1.3). */
const SAMPLE_ENTRY_BYTES = 78;

/** The clean aperture (`clap`, ISO 14496-12 §12.1.4) of one track, by positional reads of box heads. */
export async function readMp4Framing(
  readAt: ReadAt,
  { size, track }: Scope,
): Promise<Framing | undefined> {
  const [entry] = await sampleEntries(readAt, { size, id: track.id });
  if (entry === undefined) return undefined;
  const inside = { start: entry.start + SAMPLE_ENTRY_BYTES, end: entry.end };
  const clap = await find(readAt, inside, 'clap');
  return clap && apertureOf(await readAt(clap.start, 32), track);
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
