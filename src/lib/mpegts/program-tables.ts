/** Elementary streams that a segment can hold (ISO/IEC 13818-1 table 2-34). */
export const STREAM_TYPE = { aac: 0x0f, h264: 0x1b, hevc: 0x24 } as const;

/** Where a table section lies in the segment: bytes `start` to `end`, its CRC included. */
export type Section = Readonly<{ start: number; end: number }>;

/**
 * Finds the section that begins in a packet payload (`start` is its pointer field) and checks its CRC.
 * Answers what is wrong as a text. Sections of our muxer always fit one packet; one that does not is
 * refused, as nothing here would put it together again.
 */
export function findSection(
  bytes: Uint8Array,
  payload: Readonly<{ start: number; end: number }>,
  tableId: number,
): Section | string {
  const start = payload.start + 1 + (bytes[payload.start] ?? 0);
  if (start + 3 > payload.end) return 'is cut off';
  if (bytes[start] !== tableId) return `has table id ${bytes[start]}`;
  const length = (((bytes[start + 1] ?? 0) & 0x0f) << 8) | (bytes[start + 2] ?? 0);
  const end = start + 3 + length;
  if (end > payload.end || length < 9) return 'is cut off';
  if (crc32(bytes, start, end) !== 0) return 'has a wrong checksum';
  return { start, end };
}

/** The PID of the program map, from the program association table; undefined when it names none. */
export function readMapPid(bytes: Uint8Array, section: Section): number | undefined {
  for (let at = section.start + 8; at + 4 <= section.end - 4; at += 4) {
    const program = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    if (program !== 0) return (((bytes[at + 2] ?? 0) & 0x1f) << 8) | (bytes[at + 3] ?? 0);
  }
  return undefined;
}

/** Calls back with type and PID of each stream of a program map. */
export function eachStream(
  bytes: Uint8Array,
  section: Section,
  onStream: (type: number, pid: number) => void,
): void {
  const infoBytes =
    (((bytes[section.start + 10] ?? 0) & 0x0f) << 8) | (bytes[section.start + 11] ?? 0);
  let at = section.start + 12 + infoBytes;
  while (at + 5 <= section.end - 4) {
    onStream(bytes[at] ?? 0, (((bytes[at + 1] ?? 0) & 0x1f) << 8) | (bytes[at + 2] ?? 0));
    at += 5 + ((((bytes[at + 3] ?? 0) & 0x0f) << 8) | (bytes[at + 4] ?? 0));
  }
}

/** CRC-32/MPEG-2. Over a section with its own CRC at the end it is 0. A demuxer drops the others. */
function crc32(bytes: Uint8Array, start: number, end: number): number {
  let crc = -1;
  for (let at = start; at < end; at += 1) {
    crc ^= (bytes[at] ?? 0) << 24;
    for (let bit = 0; bit < 8; bit += 1) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}
