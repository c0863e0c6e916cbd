import { CHANNELS, SAMPLE_RATES } from '../aac-tables.ts';

const HEADER_BYTES = 7;
export type AdtsFormat = Readonly<{ objectType: number; sampleRateHz: number; channels: number }>;

/**
 * Counts AAC frames by walking from ADTS header to ADTS header (ISO/IEC 14496-3 §1.A.2). A PES packet
 * holds several frames, and a frame may lie across TS packets, so it keeps its place between pushes.
 */
export class AdtsCounter {
  /** Frames that began. */
  frames = 0;
  /** Of the first header. */
  format: AdtsFormat | undefined;
  readonly #header = new Uint8Array(HEADER_BYTES);
  #signature = -1;
  #headerBytes = 0;
  #skip = 0;
  #isLost = false;

  /** True when the bytes so far end at the end of a frame, or were given up. */
  get isAtFrameEnd(): boolean {
    return this.#isLost || (this.#skip === 0 && this.#headerBytes === 0);
  }

  /** A PES packet of our muxer begins with a frame: the place to find the way again after damage. */
  resync(): void {
    this.#isLost = false;
    this.#skip = 0;
    this.#headerBytes = 0;
  }

  /** False when a header is no header, or is of another format than the first; everything up to the next `resync` is then passed over. */
  push(bytes: Uint8Array, start: number, end: number): boolean {
    let at = start;
    while (at < end && !this.#isLost) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, end - at);
        this.#skip -= step;
        at += step;
      } else {
        this.#header[this.#headerBytes] = bytes[at] ?? 0;
        this.#headerBytes += 1;
        at += 1;
        if (this.#headerBytes === HEADER_BYTES && !this.#beginFrame()) return false;
      }
    }
    return true;
  }

  #beginFrame(): boolean {
    const h1 = this.#header[1] ?? 0;
    const h2 = this.#header[2] ?? 0;
    const h3 = this.#header[3] ?? 0;
    const frameBytes =
      ((h3 & 3) << 11) | ((this.#header[4] ?? 0) << 3) | ((this.#header[5] ?? 0) >> 5);
    const sampleRateHz = SAMPLE_RATES[(h2 >> 2) & 0x0f];
    // Profile, rate and channels: they never change within a stream.
    const signature = (h1 << 16) | ((h2 & 0xfd) << 8) | (h2 & 1) | (h3 & 0xc0);
    if (this.#signature === -1) this.#signature = signature;
    // Sync word, layer 0, a rate that exists, and a frame that is longer than its own header.
    const isHeader = this.#header[0] === 0xff && (h1 & 0xf6) === 0xf0 && frameBytes > HEADER_BYTES;
    if (!isHeader || sampleRateHz === undefined || signature !== this.#signature) {
      this.#isLost = true;
      return false;
    }
    this.frames += 1;
    this.#headerBytes = 0;
    this.#skip = frameBytes - HEADER_BYTES;
    this.format ??= {
      objectType: (h2 >> 6) + 1,
      sampleRateHz,
      channels: CHANNELS[((h2 & 1) << 2) | (h3 >> 6)] ?? 0,
    };
    return true;
  }
}
