import { type Box, findBox, listBoxes, readI32, readU32, readU64 } from './boxes.ts';
import type { SampleDefaults } from './read-init.ts';

/** A picture or an audio frame. Times are in the track's own units. */
export type Sample = Readonly<{
  /** Bytes `offset` to `offset + bytes` of the file. */
  offset: number;
  bytes: number;
  dts: number;
  pts: number;
  /** What the container says: decoding can begin here. */
  isSync: boolean;
}>;

export type Fragment = Readonly<{
  samples: readonly Sample[];
  /** Decode time behind the last sample. */
  endDts: number;
  problems: readonly string[];
}>;

const TFHD = { baseOffset: 1, description: 2, duration: 8, size: 0x10, flags: 0x20 } as const;
const TRUN = {
  dataOffset: 1,
  firstFlags: 4,
  duration: 0x100,
  size: 0x200,
  flags: 0x400,
  cts: 0x800,
};
const NON_SYNC = 0x10000;
/** A time before 0 is written as 2^64 less: nothing of ours lasts half a million years. */
const MAX_TIME = 2 ** 53;

/**
 * The samples that a `moof` box tells of, in decoding order (ISO/IEC 14496-12 §8.8). Never throws: what
 * cannot be right is told in `problems`.
 */
export function readFragment(
  bytes: Uint8Array,
  moof: Box,
  track: Readonly<{ trackId: number; defaults: SampleDefaults }>,
): Fragment {
  const trafs = listBoxes(bytes, moof).boxes.filter(({ type }) => type === 'traf');
  const [traf] = trafs;
  if (traf === undefined || trafs.length > 1) {
    return failed(`holds ${trafs.length} tracks instead of one`);
  }
  const tfhd = findBox(bytes, traf, ['tfhd']);
  const tfdt = findBox(bytes, traf, ['tfdt']);
  if (tfhd === undefined || tfdt === undefined) return failed('does not say when it begins');
  if (readU32(bytes, tfhd.from + 4) !== track.trackId)
    return failed('is of a track that has no name');
  const start = readU32(bytes, tfdt.from) >>> 24 === 1 ? readU64 : readU32;
  const startTime = start(bytes, tfdt.from + 4);
  if (startTime >= MAX_TIME) return failed('begins before the time 0');
  const header = readHeader(bytes, { tfhd, moof }, track.defaults);
  const state: RunState = { samples: [], dts: startTime, offset: header.base };
  const truns = listBoxes(bytes, traf).boxes.filter(({ type }) => type === 'trun');
  const isWhole = truns.every((trun) => readRun(bytes, { trun, header, state }));
  return {
    samples: state.samples,
    endDts: state.dts,
    problems: isWhole ? [] : ['has a list of samples that is cut off'],
  };
}

function failed(problem: string): Fragment {
  return { samples: [], endDts: 0, problems: [problem] };
}

type Header = Readonly<{ base: number; defaults: SampleDefaults }>;

function readHeader(
  bytes: Uint8Array,
  { tfhd, moof }: Readonly<{ tfhd: Box; moof: Box }>,
  track: SampleDefaults,
): Header {
  const flags = readU32(bytes, tfhd.from) & 0xffffff;
  let at = tfhd.from + 8;
  const take = (flag: number, size: 4 | 8) => {
    if ((flags & flag) === 0) return undefined;
    at += size;
    return size === 8 ? readU64(bytes, at - size) : readU32(bytes, at - size);
  };
  const base = take(TFHD.baseOffset, 8) ?? moof.start;
  take(TFHD.description, 4);
  const duration = take(TFHD.duration, 4) ?? track.duration;
  const size = take(TFHD.size, 4) ?? track.size;
  return { base, defaults: { duration, size, flags: take(TFHD.flags, 4) ?? track.flags } };
}

type RunState = { samples: Sample[]; dts: number; offset: number };

/** False when the box is shorter than its own count of samples. */
function readRun(
  bytes: Uint8Array,
  { trun, header, state }: Readonly<{ trun: Box; header: Header; state: RunState }>,
): boolean {
  const head = readU32(bytes, trun.from);
  const flags = head & 0xffffff;
  const count = readU32(bytes, trun.from + 4);
  const has = (flag: number) => (flags & flag) !== 0;
  let at = trun.from + 8;
  const take = (flag: number) => {
    if (!has(flag)) return undefined;
    at += 4;
    return at - 4;
  };
  const dataOffset = take(TRUN.dataOffset);
  const firstFlags = take(TRUN.firstFlags);
  const fields = [TRUN.duration, TRUN.size, TRUN.flags, TRUN.cts].filter(has).length;
  if (at + count * fields * 4 > trun.end || count > bytes.length) return false;
  if (dataOffset !== undefined) state.offset = header.base + readI32(bytes, dataOffset);
  const { defaults } = header;
  const value = (place: number | undefined, otherwise: number) =>
    place === undefined ? otherwise : readU32(bytes, place);
  for (let index = 0; index < count; index += 1) {
    const duration = value(take(TRUN.duration), defaults.duration);
    const size = value(take(TRUN.size), defaults.size);
    const own = value(take(TRUN.flags), defaults.flags);
    const sampleFlags = index === 0 ? value(firstFlags, own) : own;
    const cts = take(TRUN.cts);
    // Signed in version 1 alone; below 2^31 both read alike.
    const shift = cts === undefined ? 0 : readI32(bytes, cts);
    state.samples.push({
      offset: state.offset,
      bytes: size,
      dts: state.dts,
      pts: state.dts + shift,
      isSync: (sampleFlags & NON_SYNC) === 0,
    });
    state.offset += size;
    state.dts += duration;
  }
  return true;
}
