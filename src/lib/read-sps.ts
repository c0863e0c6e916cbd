export type SpsFacts = Readonly<{
  /** As displayed: cropping applied. */
  width: number;
  height: number;
  /** RFC 6381: `avc1.64001f`. */
  codec: string;
}>;

/** Profiles whose SPS says more about chroma and depth (H.264 §7.3.2.1.1). */
const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/**
 * Reads picture size and codec name from an H.264 sequence parameter set (hex, without start code, as
 * in `SegmentFacts.sps`). Undefined when it is cut off or makes no sense. Never throws.
 */
export function readSps(hex: string): SpsFacts | undefined {
  const nal = Buffer.from(hex, 'hex');
  if (nal.length < 5 || ((nal[0] ?? 0) & 0x1f) !== 7) return undefined;
  const bits = new BitReader(withoutEmulation(nal));
  bits.skip(8);
  const profile = bits.read(8);
  bits.skip(16); // constraint flags and level
  bits.readExpGolomb(); // seq_parameter_set_id
  const chroma = HIGH_PROFILES.has(profile) ? readHighProfile(bits) : 1;
  skipToSize(bits);
  const widthInBlocks = bits.readExpGolomb() + 1;
  const heightInMaps = bits.readExpGolomb() + 1;
  const isFrameOnly = bits.read(1) === 1;
  if (!isFrameOnly) bits.skip(1);
  bits.skip(1); // direct_8x8_inference_flag
  const crop = readCrop(bits);
  const cropX = chroma === 1 || chroma === 2 ? 2 : 1;
  const cropY = (chroma === 1 ? 2 : 1) * (isFrameOnly ? 1 : 2);
  const width = widthInBlocks * 16 - cropX * crop.x;
  const height = heightInMaps * 16 * (isFrameOnly ? 1 : 2) - cropY * crop.y;
  if (bits.isOver || width <= 0 || height <= 0) return undefined;
  return { width, height, codec: `avc1.${hex.slice(2, 8).toLowerCase()}` };
}

/** chroma_format_idc; passes over depths and scaling matrices. */
function readHighProfile(bits: BitReader): number {
  const chroma = bits.readExpGolomb();
  if (chroma === 3) bits.skip(1);
  bits.readExpGolomb();
  bits.readExpGolomb();
  bits.skip(1);
  if (bits.read(1) === 1) {
    for (let list = 0; list < (chroma === 3 ? 12 : 8); list += 1) {
      if (bits.read(1) === 1) skipScalingList(bits, list < 6 ? 16 : 64);
    }
  }
  return chroma;
}

function skipScalingList(bits: BitReader, size: number): void {
  let last = 8;
  let next = 8;
  for (let index = 0; index < size; index += 1) {
    if (next !== 0) next = (last + bits.readSigned() + 256) % 256;
    if (next !== 0) last = next;
  }
}

/** log2_max_frame_num to gaps_in_frame_num_value_allowed_flag. */
function skipToSize(bits: BitReader): void {
  bits.readExpGolomb();
  const orderType = bits.readExpGolomb();
  if (orderType === 0) bits.readExpGolomb();
  if (orderType === 1) {
    bits.skip(1);
    bits.readExpGolomb();
    bits.readExpGolomb();
    const cycle = Math.min(bits.readExpGolomb(), 255);
    for (let index = 0; index < cycle; index += 1) bits.readExpGolomb();
  }
  bits.readExpGolomb();
  bits.skip(1);
}

function readCrop(bits: BitReader): { x: number; y: number } {
  if (bits.read(1) === 0) return { x: 0, y: 0 };
  const left = bits.readExpGolomb();
  const right = bits.readExpGolomb();
  return { x: left + right, y: bits.readExpGolomb() + bits.readExpGolomb() };
}

/** Takes out the emulation prevention: 00 00 03 stands for 00 00. */
function withoutEmulation(nal: Uint8Array): Uint8Array {
  const plain = new Uint8Array(nal.length);
  let length = 0;
  let zeros = 0;
  for (const byte of nal) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    plain[length] = byte;
    length += 1;
  }
  return plain.subarray(0, length);
}

/** Most significant bit first. Behind the end it reads zeros and says so. */
class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isOver(): boolean {
    return this.#at > this.#bytes.length * 8;
  }

  skip(bits: number): void {
    this.#at += bits;
  }

  read(bits: number): number {
    let value = 0;
    for (let index = 0; index < bits; index += 1) {
      const byte = this.#bytes[this.#at >> 3] ?? 0;
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1);
      this.#at += 1;
    }
    return value;
  }

  readExpGolomb(): number {
    let zeros = 0;
    while (zeros < 32 && !this.isOver && this.read(1) === 0) zeros += 1;
    return 2 ** zeros - 1 + this.read(zeros);
  }

  readSigned(): number {
    const code = this.readExpGolomb();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }
}
