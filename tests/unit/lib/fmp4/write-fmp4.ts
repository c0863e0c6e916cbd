/**
 * A small writer of fragmented MP4, the counterpart of the scanner: every field can be set to something
 * wrong. Written from ISO/IEC 14496-12, -14 and -15, not from the scanner, so that the two check each
 * other.
 */
const u8 = (...values: readonly number[]) => Buffer.from(values);
export const u16 = (value: number) => u8((value >> 8) & 255, value & 255);
export const u32 = (value: number) => Buffer.concat([u16(value >>> 16), u16(value & 0xffff)]);
const u64 = (value: bigint) =>
  Buffer.concat([u32(Number(value >> 32n)), u32(Number(value & 0xffffffffn))]);

export function box(type: string, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([u32(8 + body.length), Buffer.from(type, 'latin1'), body]);
}

export const SPS = '6764000bacd9428df93016a02020280000030008000003018078a14cb0';
export const HEVC_SPS =
  '42010101600000030090000003000003003ca00a080b9f796566924caf0169c2000007d20000ea6010';

export type InitFields = Readonly<{
  /** Of the sample entry. */
  entry?: 'avc1' | 'avc3' | 'hvc1' | 'hev1' | 'mp4a' | 'ac-3';
  timescale?: number;
  /** `[segment duration, media time]`; none where undefined. */
  edits?: readonly (readonly [number, number])[];
  sps?: string;
  tracks?: number;
  trackId?: number;
  defaults?: readonly [duration: number, size: number, flags: number];
  /** Behind `moov`. */
  more?: readonly Buffer[];
}>;

const unit = (hex: string) => Buffer.concat([u16(hex.length / 2), Buffer.from(hex, 'hex')]);

function configuration({
  entry = 'avc1',
  sps = entry.startsWith('h') ? HEVC_SPS : SPS,
}: InitFields) {
  if (entry === 'mp4a') return esds();
  if (entry === 'ac-3') return box('dac3', u8(0, 0, 0));
  if (entry.startsWith('h')) {
    const array = (type: number, hex: string) =>
      Buffer.concat([u8(0x80 | type), u16(1), unit(hex)]);
    return box(
      'hvcC',
      Buffer.alloc(21),
      u8(0x0f, 3),
      ...[array(32, '40010c'), array(33, sps), array(34, '4401c0')],
    );
  }
  return box('avcC', u8(1, 0x64, 0, 11, 0xff, 0xe1), unit(sps), u8(1), unit('68ebe3cb22c0'));
}

/** AAC-LC, 48 kHz, stereo; lengths in the long form that ffmpeg writes. */
function esds(): Buffer {
  const descriptor = (tag: number, body: Buffer) =>
    Buffer.concat([u8(tag, 0x80, 0x80, 0x80, body.length), body]);
  const specific = descriptor(5, u8(0x11, 0x90));
  const config = descriptor(4, Buffer.concat([u8(0x40, 0x15), Buffer.alloc(11), specific]));
  return box('esds', u32(0), descriptor(3, Buffer.concat([u16(1), u8(0), config])));
}

export function init(fields: InitFields = {}): Buffer {
  const {
    entry = 'avc1',
    timescale = 12_288,
    edits = [[0, 1024]],
    tracks = 1,
    trackId = 1,
  } = fields;
  const isSound = entry === 'mp4a' || entry === 'ac-3';
  const sample = box(entry, Buffer.alloc(isSound ? 28 : 78), configuration(fields));
  const list = edits.map(([duration, time]) =>
    Buffer.concat([u32(duration), u32(time), u32(0x10000)]),
  );
  const trak = box(
    'trak',
    box('tkhd', u32(3), u32(0), u32(0), u32(trackId), Buffer.alloc(68)),
    ...(edits.length === 0 ? [] : [box('edts', box('elst', u32(0), u32(edits.length), ...list))]),
    box(
      'mdia',
      box('mdhd', u32(0), u32(0), u32(0), u32(timescale), u32(0), u32(0)),
      box('minf', box('stbl', box('stsd', u32(0), u32(1), sample))),
    ),
  );
  const [duration, size, flags] = fields.defaults ?? [512, 0, 0x1010000];
  const trex = box('trex', u32(0), u32(trackId), u32(1), u32(duration), u32(size), u32(flags));
  const traks = Array.from({ length: tracks }, () => trak);
  return Buffer.concat([
    box('ftyp', Buffer.from('iso5\0\0\0\0')),
    box('moov', box('mvhd', Buffer.alloc(100)), ...traks, box('mvex', trex)),
    ...(fields.more ?? []),
  ]);
}

export type SampleFields = Readonly<{
  data: Buffer;
  duration?: number;
  cts?: number;
  flags?: number;
}>;

export const SYNC = 0x2000000;
export const NON_SYNC = 0x1010000;

/** A picture of one slice behind its length. */
export const picture = (nalHeader: readonly number[], bytes = 100): Buffer => {
  const nal = Buffer.concat([u8(...nalHeader), Buffer.alloc(bytes, 0xbb)]);
  return Buffer.concat([u32(nal.length), nal]);
};
export const IDR = picture([0x65]);
export const SLICE = picture([0x41]);

export type FragmentFields = Readonly<{
  time: bigint;
  samples: readonly SampleFields[];
  trackId?: number;
  /** Added to the true offset of the data. */
  dataShift?: number;
  /** Put in the place of `mdat`. */
  data?: Buffer;
}>;

/** `moof` and `mdat`, all fields given in the `trun`. */
export function fragment(fields: FragmentFields): Buffer {
  const { samples, trackId = 1 } = fields;
  const moof = (dataOffset: number) =>
    box(
      'moof',
      box('mfhd', u32(0), u32(1)),
      box(
        'traf',
        box('tfhd', u32(0x20000), u32(trackId)),
        box('tfdt', u32(0x1000000), u64(fields.time)),
        box(
          'trun',
          u32(0x1000f01),
          ...[u32(samples.length), u32(dataOffset)],
          ...samples.map(({ data, duration = 512, cts = 1024, flags = NON_SYNC }) =>
            Buffer.concat([u32(duration), u32(data.length), u32(flags), u32(cts)]),
          ),
        ),
      ),
    );
  const head = moof(moof(0).length + 8 + (fields.dataShift ?? 0));
  return Buffer.concat([head, fields.data ?? box('mdat', ...samples.map(({ data }) => data))]);
}

/** For one fragment of `bytes` behind it. */
export function sidx(bytes: number): Buffer {
  return box(
    'sidx',
    ...[u32(0x1000000), u32(1), u32(12_288), u64(0n), u64(0n)],
    ...[u16(0), u16(1), u32(bytes), u32(0), u32(0)],
  );
}

export const styp = box('styp', Buffer.from('msdh\0\0\0\0'));
