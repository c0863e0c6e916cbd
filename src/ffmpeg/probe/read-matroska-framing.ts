import type { FramedTrack, Framing } from './container-framing.ts';
import { type Element, elementsIn, numberOf, pictureEntry } from './matroska-elements.ts';
import type { ReadAt } from './mp4-boxes.ts';

type Scope = Readonly<{ size: number; track: FramedTrack }>;

/** Element ids of RFC 9559. */
const VIDEO = 0xe0;
const CROP = { bottom: 0x54aa, top: 0x54bb, left: 0x54cc, right: 0x54dd } as const;
const DISPLAY_WIDTH = 0x54b0;
const DISPLAY_HEIGHT = 0x54ba;
/** From 4 on the display size means nothing. */
const DISPLAY_UNIT = 0x54b2;

/** PixelCrop and the display size (RFC 9559 §5.1.4.1.28) of one picture track. */
export async function readMatroskaFraming(
  readAt: ReadAt,
  { size, track: { ordinal } }: Scope,
): Promise<Framing | undefined> {
  const entry = await pictureEntry(readAt, { size, ordinal });
  const video = entry?.find(({ id }) => id === VIDEO);
  return video && framingOf(readAt, await elementsIn(readAt, video));
}

async function framingOf(readAt: ReadAt, members: readonly Element[]): Promise<Framing> {
  const number = async (id: number) => (await numberOf(readAt, members, id)) ?? 0;
  const margins = {
    left: await number(CROP.left),
    right: await number(CROP.right),
    top: await number(CROP.top),
    bottom: await number(CROP.bottom),
  };
  const num = await number(DISPLAY_WIDTH);
  const den = await number(DISPLAY_HEIGHT);
  const isShape = num > 0 && den > 0 && (await number(DISPLAY_UNIT)) < 4;
  return isShape ? { margins, displayAspect: { num, den } } : { margins };
}
