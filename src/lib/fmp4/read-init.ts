import type { SegmentFacts } from '../../model/segment.ts';
import { CHANNELS, SAMPLE_RATES } from '../aac-tables.ts';
import { type Box, findBox, listBoxes, readI32, readU16, readU32, readU64 } from './boxes.ts';

/** What holds for samples of which a fragment says nothing of its own. */
export type SampleDefaults = Readonly<{ duration: number; size: number; flags: number }>;

/** The one track that an init segment tells of. */
export type InitFacts = Readonly<{
  kind: 'video' | 'audio';
  trackId: number;
  /** Units of time in a second. */
  timescale: number;
  /** What the edit list takes off every presentation time: the delay of pictures out of order. */
  mediaTime: number;
  defaults: SampleDefaults;
  codec: 'h264' | 'hevc' | 'aac';
  /** Of the length in front of each unit of a picture. */
  nalLengthBytes: number;
  sps?: string;
  audio?: NonNullable<SegmentFacts['audio']>;
  problems: readonly string[];
}>;

/**
 * Reads an init segment of one track of H.264, HEVC or AAC (ISO/IEC 14496-12, -14, -15). Answers with a
 * text where it is none: `is cut off`, `holds 2 tracks instead of one`. Never throws.
 */
export function readInit(bytes: Uint8Array): InitFacts | string {
  const { boxes, isWhole } = listBoxes(bytes, { from: 0, end: bytes.length });
  if (!isWhole || bytes.length === 0) return 'is cut off';
  const moov = boxes.find(({ type }) => type === 'moov');
  if (moov === undefined) return 'describes no track';
  const tracks = listBoxes(bytes, moov).boxes.filter(({ type }) => type === 'trak');
  const [trak] = tracks;
  if (trak === undefined || tracks.length > 1)
    return `holds ${tracks.length} tracks instead of one`;
  const find = (...path: string[]) => findBox(bytes, trak, path);
  const [tkhd, mdhd] = [find('tkhd'), find('mdia', 'mdhd')];
  const stsd = find('mdia', 'minf', 'stbl', 'stsd');
  const trex = findBox(bytes, moov, ['mvex', 'trex']);
  if (tkhd === undefined || mdhd === undefined || stsd === undefined || trex === undefined) {
    return 'lacks what a fragmented film needs';
  }
  const entries = listBoxes(bytes, { from: stsd.from + 8, end: stsd.end }).boxes;
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) return 'has no one sample description';
  const edit = readEdit(bytes, find('edts', 'elst'));
  const described = readSampleEntry(bytes, entry);
  if (typeof described === 'string') return described;
  return {
    ...described,
    trackId: readU32(bytes, tkhd.from + (isVersion1(bytes, tkhd) ? 20 : 12)),
    timescale: readU32(bytes, mdhd.from + (isVersion1(bytes, mdhd) ? 20 : 12)),
    mediaTime: edit ?? 0,
    defaults: {
      duration: readU32(bytes, trex.from + 12),
      size: readU32(bytes, trex.from + 16),
      flags: readU32(bytes, trex.from + 20),
    },
    problems: [
      ...described.problems,
      ...boxes.filter(({ type }) => type === 'mdat').map(() => 'holds pictures or sound'),
      ...(edit === undefined ? ['has an edit list that cuts its time'] : []),
    ],
  };
}

function isVersion1(bytes: Uint8Array, box: Box): boolean {
  return bytes[box.from] === 1;
}

/**
 * The media time that the film begins at, by an edit list of one entry for the whole of it: players
 * know that form, and differ in what they make of others. Undefined for those.
 */
function readEdit(bytes: Uint8Array, elst: Box | undefined): number | undefined {
  if (elst === undefined) return 0;
  const is64 = isVersion1(bytes, elst);
  const at = elst.from + 8;
  const duration = is64 ? readU64(bytes, at) : readU32(bytes, at);
  const mediaTime = is64 ? readU64(bytes, at + 8) : readI32(bytes, at + 4);
  const isWhole = readU32(bytes, elst.from + 4) === 1 && duration === 0;
  return isWhole && mediaTime >= 0 && mediaTime < 2 ** 53 ? mediaTime : undefined;
}

type Described = Pick<
  InitFacts,
  'kind' | 'codec' | 'nalLengthBytes' | 'sps' | 'audio' | 'problems'
>;

/** Bytes of the fixed fields in front of the boxes of a sample entry. */
const VISUAL_FIELDS = 78;
const AUDIO_FIELDS = 28;

function readSampleEntry(bytes: Uint8Array, entry: Box): Described | string {
  const inside = (fields: number) => ({ from: entry.from + fields, end: entry.end });
  const avcC = findBox(bytes, inside(VISUAL_FIELDS), ['avcC']);
  if (avcC !== undefined) return { ...readAvcC(bytes, avcC), ...namedAs(entry, 'avc1') };
  const hvcC = findBox(bytes, inside(VISUAL_FIELDS), ['hvcC']);
  if (hvcC !== undefined) return { ...readHvcC(bytes, hvcC), ...namedAs(entry, 'hvc1') };
  const esds = findBox(bytes, inside(AUDIO_FIELDS), ['esds']);
  const audio = esds === undefined ? undefined : readEsds(bytes, esds);
  if (audio === undefined) return `has a track (${entry.type}) of no codec that is ours`;
  return { kind: 'audio', codec: 'aac', nalLengthBytes: 0, audio, problems: [] };
}

/** `avc3` and `hev1` allow parameter sets among the pictures, which Apple plays not (Apple 1.10). */
function namedAs({ type }: Box, wanted: string): Pick<InitFacts, 'problems'> {
  return { problems: type === wanted ? [] : [`names its codec ${type} instead of ${wanted}`] };
}

function readAvcC(bytes: Uint8Array, { from, end }: Box): Omit<Described, 'problems'> {
  const sps = readUnit(bytes, from + 6, end);
  const hasSps = ((bytes[from + 5] ?? 0) & 0x1f) > 0 && sps !== undefined;
  return {
    kind: 'video',
    codec: 'h264',
    nalLengthBytes: ((bytes[from + 4] ?? 0) & 3) + 1,
    ...(hasSps ? { sps } : {}),
  };
}

const HEVC_SPS = 33;

function readHvcC(bytes: Uint8Array, { from, end }: Box): Omit<Described, 'problems'> {
  let sps: string | undefined;
  let at = from + 23;
  for (let array = bytes[from + 22] ?? 0; array > 0 && at + 3 <= end; array -= 1) {
    const type = (bytes[at] ?? 0) & 0x3f;
    const count = readU16(bytes, at + 1);
    at += 3;
    for (let unit = 0; unit < count && at + 2 <= end; unit += 1) {
      if (type === HEVC_SPS) sps ??= readUnit(bytes, at, end);
      at += 2 + readU16(bytes, at);
    }
  }
  return {
    kind: 'video',
    codec: 'hevc',
    nalLengthBytes: ((bytes[from + 21] ?? 0) & 3) + 1,
    ...(sps === undefined ? {} : { sps }),
  };
}

/** As hex, behind its length of two bytes. */
function readUnit(bytes: Uint8Array, at: number, end: number): string | undefined {
  const length = readU16(bytes, at);
  if (length === 0 || at + 2 + length > end) return undefined;
  return Buffer.from(bytes.subarray(at + 2, at + 2 + length)).toString('hex');
}

const ES_DESCRIPTOR = 3;
const DECODER_CONFIG = 4;
const DECODER_SPECIFIC = 5;
const MPEG4_AUDIO = 0x40;

/** The format in the AudioSpecificConfig at the bottom of nested descriptors (ISO/IEC 14496-1 §7.2.6). */
function readEsds(bytes: Uint8Array, { from, end }: Box): InitFacts['audio'] {
  const es = readDescriptor(bytes, from + 4, end);
  if (es?.tag !== ES_DESCRIPTOR) return undefined;
  // Flags for a stream that this one depends on, a URL, a clock: none in a file of one track.
  if (((bytes[es.from + 2] ?? 0) & 0xe0) !== 0) return undefined;
  const config = readDescriptor(bytes, es.from + 3, es.end);
  if (config?.tag !== DECODER_CONFIG || bytes[config.from] !== MPEG4_AUDIO) return undefined;
  const specific = readDescriptor(bytes, config.from + 13, config.end);
  if (specific?.tag !== DECODER_SPECIFIC) return undefined;
  const head = readU16(bytes, specific.from);
  const sampleRateHz = SAMPLE_RATES[(head >> 7) & 0x0f];
  const channels = CHANNELS[(head >> 3) & 0x0f];
  if (sampleRateHz === undefined || channels === undefined) return undefined;
  return { objectType: head >> 11, sampleRateHz, channels };
}

/** Lengths are written seven bits to a byte, the top bit telling that more follow. */
function readDescriptor(
  bytes: Uint8Array,
  at: number,
  limit: number,
): Readonly<{ tag: number; from: number; end: number }> | undefined {
  let from = at + 1;
  let length = 0;
  for (let more = true; more && from < at + 5; from += 1) {
    const byte = bytes[from] ?? 0;
    length = (length << 7) | (byte & 0x7f);
    more = (byte & 0x80) !== 0;
  }
  return from + length > limit ? undefined : { tag: bytes[at] ?? 0, from, end: from + length };
}
