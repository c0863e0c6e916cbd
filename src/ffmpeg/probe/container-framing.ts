import { open } from 'node:fs/promises';
import type { Rational } from '../../model/rational.ts';
import type { Margins } from './describe-geometry.ts';
import { readerOf } from './mp4-boxes.ts';
import { readMatroskaFraming } from './read-matroska-framing.ts';
import { readMp4Framing } from './read-mp4-framing.ts';

/** What a container cuts off its coded picture, and the shape that it gives to the rest. */
export type Framing = Readonly<{ margins: Margins; displayAspect?: Rational }>;

/** The picture track that is asked about. */
export type FramedTrack = Readonly<{
  width: number;
  height: number;
  /** MP4's track id. */
  id: number | undefined;
  /** Its place among the picture tracks, from 0. */
  ordinal: number;
}>;

export type ReadFramingOptions = Readonly<{
  path: string;
  container: string;
  track: FramedTrack;
}>;

/**
 * The crop of an MP4 or QuickTime file (`clap`) or a Matroska file (PixelCrop…), which ffmpeg before
 * 7.1 passes over in silence: the film then comes out with its black borders, and a Matroska film
 * stretched as well, since its display size is that of the cropped picture. Undefined where nothing is
 * cut, or it makes no sense; a file that cannot be understood says nothing.
 */
export async function readContainerFraming(
  options: ReadFramingOptions,
): Promise<Framing | undefined> {
  const isMp4 = options.container.startsWith('mov');
  if (!isMp4 && !options.container.startsWith('matroska')) return undefined;
  const file = await open(options.path, 'r');
  try {
    const readAt = readerOf(file);
    const { size } = await file.stat();
    const framing = isMp4
      ? await readMp4Framing(readAt, { size, track: options.track })
      : await readMatroskaFraming(readAt, { size, track: options.track });
    return framing !== undefined && isSane(framing.margins, options.track) ? framing : undefined;
  } finally {
    await file.close();
  }
}

/** Something is cut, and a picture is left. */
function isSane({ left, right, top, bottom }: Margins, { width, height }: FramedTrack): boolean {
  const all = [left, right, top, bottom];
  const isCut = all.some((margin) => margin > 0) && all.every((margin) => margin >= 0);
  return isCut && width - left - right >= 16 && height - top - bottom >= 16;
}
