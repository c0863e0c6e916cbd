import { STREAM_TYPE } from './program-tables.ts';

/**
 * Enough for access unit delimiter, parameter sets and SEI before the first slice: 0.8 KiB from x264
 * 0.164, and captions or HDR data of other encoders stay far below this.
 */
const CAPACITY = 8 * 1024;

export type PictureHead = Readonly<{
  /** The first slice is of an IDR picture: nothing after it refers to anything before it. */
  isIdr: boolean;
  /** H.264 sequence parameter set as hex, without start code; undefined when there is none. */
  sps: string | undefined;
  hasPps: boolean;
}>;

/**
 * Collects the first bytes of a key picture, which lie scattered over packets, and reads its NAL units
 * up to the first slice.
 */
export class PictureHeadReader {
  readonly #buffer = new Uint8Array(CAPACITY);
  #bytes = 0;

  reset(): void {
    this.#bytes = 0;
  }

  push(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end && this.#bytes < CAPACITY; at += 1) {
      this.#buffer[this.#bytes] = bytes[at] ?? 0;
      this.#bytes += 1;
    }
  }

  read(streamType: number): PictureHead {
    return streamType === STREAM_TYPE.hevc ? this.#readHevc() : this.#readH264();
  }

  #readH264(): PictureHead {
    let sps: string | undefined;
    let hasPps = false;
    for (let start = this.#nextNal(0); start < this.#bytes; start = this.#nextNal(start)) {
      const type = (this.#buffer[start] ?? 0) & 0x1f;
      if (type >= 1 && type <= 5) return { isIdr: type === 5, sps, hasPps };
      if (type === 7) sps ??= this.#hexOfNal(start);
      if (type === 8) hasPps = true;
    }
    return { isIdr: false, sps, hasPps };
  }

  /** Types 19 and 20 are IDR; 16–18 and 21 (CRA) may have leading pictures that refer back. */
  #readHevc(): PictureHead {
    for (let start = this.#nextNal(0); start < this.#bytes; start = this.#nextNal(start)) {
      const type = ((this.#buffer[start] ?? 0) >> 1) & 0x3f;
      if (type < 32) return { isIdr: type === 19 || type === 20, sps: undefined, hasPps: true };
    }
    return { isIdr: false, sps: undefined, hasPps: true };
  }

  /**
   * Index of the byte after the next start code at or behind `from`. Start codes have three bytes, or
   * four with a zero in front; emulation prevention keeps 00 00 01 out of the units themselves.
   */
  #nextNal(from: number): number {
    for (let at = from; at + 3 < this.#bytes; at += 1) {
      if (this.#buffer[at + 2] === 1 && this.#buffer[at + 1] === 0 && this.#buffer[at] === 0) {
        return at + 3;
      }
    }
    return this.#bytes;
  }

  /** Without the zeros behind it: they belong to the next start code, as a unit never ends in one. */
  #hexOfNal(start: number): string {
    const next = this.#nextNal(start);
    let end = next < this.#bytes ? next - 3 : next;
    while (end > start && this.#buffer[end - 1] === 0) end -= 1;
    return Buffer.from(this.#buffer.subarray(start, end)).toString('hex');
  }
}
