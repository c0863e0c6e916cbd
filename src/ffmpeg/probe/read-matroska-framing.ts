import type { FramedTrack, Framing } from './container-framing.ts';
import type { ReadAt } from './mp4-boxes.ts';

type Element = Readonly<{ id: number; start: number; end: number }>;
type Scope = Readonly<{ size: number; track: FramedTrack }>;

/** Element ids of RFC 9559. */
const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const TRACKS = 0x1654ae6b;
const TRACK_ENTRY = 0xae;
const TRACK_TYPE = 0x83;
const VIDEO = 0xe0;
const CROP = { bottom: 0x54aa, top: 0x54bb, left: 0x54cc, right: 0x54dd } as const;
const DISPLAY_WIDTH = 0x54b0;
const DISPLAY_HEIGHT = 0x54ba;
/** From 4 on the display size means nothing. */
const DISPLAY_UNIT = 0x54b2;

/** More elements than these side by side are no film's. */
const MAX_ELEMENTS = 2_000;

/** PixelCrop and the display size (RFC 9559 §5.1.4.1.28) of one picture track, which stand before the first cluster. */
export async function readMatroskaFraming(
  readAt: ReadAt,
  { size, track }: Scope,
): Promise<Framing | undefined> {
  const segment = (await elementsIn(readAt, { start: 0, end: size })).find(
    ({ id }) => id === SEGMENT,
  );
  const tracks = segment && (await elementsIn(readAt, segment)).find(({ id }) => id === TRACKS);
  if (tracks === undefined) return undefined;
  let ordinal = 0;
  for (const entry of await elementsIn(readAt, tracks)) {
    if (entry.id !== TRACK_ENTRY) continue;
    const members = await elementsIn(readAt, entry);
    if ((await numberOf(readAt, members, TRACK_TYPE)) !== 1) continue;
    ordinal += 1;
    if (ordinal <= track.ordinal) continue;
    const video = members.find(({ id }) => id === VIDEO);
    return video && framingOf(readAt, await elementsIn(readAt, video));
  }
  return undefined;
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

/** The elements in a range, contents only; a damaged one, or a cluster, ends the list. */
async function elementsIn(
  readAt: ReadAt,
  within: Readonly<{ start: number; end: number }>,
): Promise<readonly Element[]> {
  const elements: Element[] = [];
  let at = within.start;
  while (at + 2 <= within.end && elements.length < MAX_ELEMENTS) {
    const head = await readAt(at, 12);
    const id = vint(head, 0, true);
    const length = id && vint(head, id.bytes, false);
    if (id === undefined || length === undefined || id.value === CLUSTER) break;
    const start = at + id.bytes + length.bytes;
    const end = length.isUnknown ? within.end : start + length.value;
    if (end > within.end) break;
    elements.push({ id: id.value, start, end });
    at = end;
  }
  return elements;
}

type Vint = Readonly<{ value: number; bytes: number; isUnknown: boolean }>;

/** EBML's variable-size integer (RFC 8794 §4); ids keep their length marker. */
function vint(bytes: Buffer, at: number, keepsMarker: boolean): Vint | undefined {
  const first = bytes[at] ?? 0;
  const length = Math.clz32(first) - 23;
  if (first === 0 || length > 8 || at + length > bytes.length) return undefined;
  let value = keepsMarker ? first : first & ((1 << (8 - length)) - 1);
  let isUnknown = value === (1 << (8 - length)) - 1;
  for (const byte of bytes.subarray(at + 1, at + length)) {
    value = value * 256 + byte;
    isUnknown &&= byte === 0xff;
  }
  return { value, bytes: length, isUnknown };
}

async function numberOf(
  readAt: ReadAt,
  members: readonly Element[],
  id: number,
): Promise<number | undefined> {
  const element = members.find((member) => member.id === id);
  if (element === undefined || element.end - element.start > 6) return undefined;
  const bytes = await readAt(element.start, element.end - element.start);
  return bytes.length === 0 ? 0 : bytes.readUIntBE(0, bytes.length);
}
