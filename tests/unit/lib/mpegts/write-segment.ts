/**
 * A small MPEG-TS writer, the counterpart of the scanner: every field can be set to something wrong.
 * Written from ISO/IEC 13818-1, not from the scanner, so that the two check each other.
 */
export const MAP_PID = 0x1000;
export const VIDEO_PID = 0x100;
/** 160×90, High, level 1.1, from x264. */
export const SPS = '6764000bacd9428df93016a02020280000030008000003018078a14cb0';
export const OTHER_SPS = '6764000dacd941419f9f016a020202800000030080000018078a14cb';

export type Picture = Readonly<{
  pts?: number;
  dts?: number;
  /** NAL units, without start codes. Default: a non-key slice of 300 bytes. */
  nals?: readonly Buffer[];
  startCodeBytes?: 3 | 4;
  isRandomAccess?: boolean;
}>;

export type PacketFields = Readonly<{
  pid: number;
  payload: Buffer;
  isStart?: boolean;
  isRandomAccess?: boolean;
  isDiscontinuity?: boolean;
}>;

export const keyNals = (sps = SPS, slice = 0x65): readonly Buffer[] => [
  Buffer.from([9, 0xf0]),
  Buffer.from(sps, 'hex'),
  Buffer.from('68ebe3cb22c0', 'hex'),
  Buffer.concat([Buffer.from([slice]), Buffer.alloc(700, 0xaa)]),
];

export const sliceNals = [Buffer.concat([Buffer.from([0x41]), Buffer.alloc(300, 0xbb)])];

export class SegmentWriter {
  readonly #packets: Buffer[] = [];
  readonly #counters = new Map<number, number>();

  get bytes(): Buffer {
    return Buffer.concat(this.#packets);
  }

  tables(streamType: number, pid = VIDEO_PID): this {
    this.table(0, 0, [0, 1, 0xe0 | (MAP_PID >> 8), MAP_PID & 0xff]);
    return this.table(MAP_PID, 2, [
      ...[0xe0 | (pid >> 8), pid & 0xff, 0xf0, 0],
      ...[streamType, 0xe0 | (pid >> 8), pid & 0xff, 0xf0, 0],
    ]);
  }

  table(pid: number, id: number, body: readonly number[]): this {
    const length = 5 + body.length + 4;
    const section = Buffer.from([
      id,
      0xb0 | (length >> 8),
      length & 0xff,
      0,
      1,
      0xc1,
      0,
      0,
      ...body,
    ]);
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(mpegCrc(section));
    const payload = Buffer.alloc(184, 0xff);
    Buffer.concat([Buffer.from([0]), section, crc]).copy(payload);
    return this.packet({ pid, payload, isStart: true });
  }

  picture(picture: Picture, pid = VIDEO_PID): this {
    const startCode = Buffer.from([0, 0, 0, 1].slice(picture.startCodeBytes === 3 ? 1 : 0));
    const nals = (picture.nals ?? sliceNals).flatMap((nal) => [startCode, nal]);
    return this.unit(
      pid,
      Buffer.concat([pesHeader(0xe0, picture), ...nals]),
      picture.isRandomAccess,
    );
  }

  /** AAC frames in one PES packet. */
  sound(pts: number, frames: readonly Buffer[], pid = VIDEO_PID): this {
    return this.unit(pid, Buffer.concat([pesHeader(0xc0, { pts }), ...frames]), true);
  }

  unit(pid: number, data: Buffer, isRandomAccess = false): this {
    for (let at = 0; at < data.length; ) {
      const isStart = at === 0;
      const adaptation = isStart && isRandomAccess;
      const payload = data.subarray(at, at + (adaptation ? 182 : 184));
      at += payload.length;
      this.packet({ pid, payload, isStart, isRandomAccess: adaptation });
    }
    return this;
  }

  packet({ pid, payload, isStart, isRandomAccess, isDiscontinuity }: PacketFields): this {
    const counter = ((this.#counters.get(pid) ?? -1) + 1) & 15;
    this.#counters.set(pid, counter);
    const flags = (isRandomAccess ? 0x40 : 0) | (isDiscontinuity ? 0x80 : 0);
    const room = 184 - payload.length;
    const adaptation = Buffer.alloc(room, 0xff);
    if (room > 0) adaptation[0] = room - 1;
    if (room > 1) adaptation[1] = flags;
    const head = [0x47, (isStart ? 0x40 : 0) | (pid >> 8), pid & 0xff];
    const packet = Buffer.from([...head, (room > 0 ? 0x30 : 0x10) | counter]);
    return this.raw(Buffer.concat([packet, adaptation, payload]));
  }

  /** Leaves a hole in the continuity counter. */
  skipCounter(pid: number): this {
    this.#counters.set(pid, (this.#counters.get(pid) ?? -1) + 1);
    return this;
  }

  raw(packet: Buffer): this {
    this.#packets.push(packet);
    return this;
  }
}

/** `count` pictures from `first` on, `ticks` apart, in decoding order I P B: shown 0 2 1. */
export function group(first: number, count: number, ticks: number): readonly Picture[] {
  return Array.from({ length: count }, (_, index) => {
    const shown = index === 0 ? 0 : index % 2 === 1 ? Math.min(index + 1, count - 1) : index - 1;
    const times = { pts: first + shown * ticks, dts: first + (index - 1) * ticks };
    return index === 0 ? { ...times, nals: keyNals(), isRandomAccess: true } : times;
  });
}

/** An AAC-LC frame of 48 kHz stereo, `bytes` long with its header. */
export function aacFrame(bytes: number, options: Readonly<{ rateIndex?: number }> = {}): Buffer {
  const frame = Buffer.alloc(bytes, 0x21);
  const rateIndex = options.rateIndex ?? 3;
  frame.set([0xff, 0xf1, (1 << 6) | (rateIndex << 2), 0x80 | (bytes >> 11), (bytes >> 3) & 0xff]);
  frame[5] = ((bytes & 7) << 5) | 0x1f;
  frame[6] = 0xfc;
  return frame;
}

function pesHeader(streamId: number, times: Readonly<{ pts?: number; dts?: number }>): Buffer {
  const { pts, dts } = times;
  const flags = (pts === undefined ? 0 : 2) | (dts === undefined ? 0 : 1);
  const stamps = [
    ...(pts === undefined ? [] : stamp(pts, flags)),
    ...(dts === undefined ? [] : stamp(dts, 1)),
  ];
  return Buffer.from([0, 0, 1, streamId, 0, 0, 0x80, flags << 6, stamps.length, ...stamps]);
}

function stamp(ticks: number, prefix: number): readonly number[] {
  const value = BigInt(ticks) & 0x1ffffffffn;
  const bits = (shift: number, mask: number) => Number((value >> BigInt(shift)) & BigInt(mask));
  return [
    (prefix << 4) | (bits(30, 7) << 1) | 1,
    bits(22, 0xff),
    (bits(15, 0x7f) << 1) | 1,
    bits(7, 0xff),
    (bits(0, 0x7f) << 1) | 1,
  ];
}

function mpegCrc(data: Buffer): number {
  let crc = 0xffffffffn;
  for (const byte of data) {
    for (let bit = 7; bit >= 0; bit -= 1) {
      const top = (crc >> 31n) & 1n;
      crc = (crc << 1n) & 0xffffffffn;
      if (top !== BigInt((byte >> bit) & 1)) crc ^= 0x04c11db7n;
    }
  }
  return Number(crc);
}
