import type { ReadAt } from './mp4-boxes.ts';

/** An element of a Matroska file (RFC 8794 §6): where its content lies in the file. */
export type Element = Readonly<{ id: number; start: number; end: number }>;

/** Element ids of RFC 9559. */
const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const TRACKS = 0x1654ae6b;
const TRACK_ENTRY = 0xae;
const TRACK_TYPE = 0x83;
const PICTURE = 1;

/** More elements than these side by side are no film's. */
const MAX_ELEMENTS = 2_000;

type Scope = Readonly<{ size: number; ordinal: number }>;

/** What stands in the entry of one picture track, `ordinal` from 0, before the first cluster. */
export async function pictureEntry(
  readAt: ReadAt,
  { size, ordinal }: Scope,
): Promise<readonly Element[] | undefined> {
  const segment = (await elementsIn(readAt, { start: 0, end: size })).find(
    ({ id }) => id === SEGMENT,
  );
  const tracks = segment && (await elementsIn(readAt, segment)).find(({ id }) => id === TRACKS);
  if (tracks === undefined) return undefined;
  let place = 0;
  for (const entry of await elementsIn(readAt, tracks)) {
    if (entry.id !== TRACK_ENTRY) continue;
    const members = await elementsIn(readAt, entry);
    if ((await numberOf(readAt, members, TRACK_TYPE)) !== PICTURE) continue;
    if (place === ordinal) return members;
    place += 1;
  }
  return undefined;
}

/** The elements in a range, contents only; a damaged one, or a cluster, ends the list. */
export async function elementsIn(
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

/** The value of a number among them. */
export async function numberOf(
  readAt: ReadAt,
  members: readonly Element[],
  id: number,
): Promise<number | undefined> {
  const element = members.find((member) => member.id === id);
  if (element === undefined || element.end - element.start > 6) return undefined;
  const bytes = await readAt(element.start, element.end - element.start);
  return bytes.length === 0 ? 0 : bytes.readUIntBE(0, bytes.length);
}
