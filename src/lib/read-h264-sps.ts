import { BitReader, withoutEmulation } from './bit-reader.ts';
import type { SpsFacts } from './sps-facts.ts';

/** Profiles whose SPS says more about chroma and depth (H.264 §7.3.2.1.1). */
const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/** `readSps` for H.264 (§7.3.2.1.1 of the standard). */
export function readH264Sps(nal: Uint8Array): SpsFacts | undefined {
  if (nal.length < 5) return undefined;
  const bits = new BitReader(withoutEmulation(nal));
  bits.skip(8);
  const profile = bits.read(8);
  bits.skip(16); // constraint flags and level
  bits.readExpGolomb(); // seq_parameter_set_id
  const { chroma, bitDepth } = HIGH_PROFILES.has(profile)
    ? readHighProfile(bits)
    : { chroma: 1, bitDepth: 8 };
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
  const codec = `avc1.${Buffer.from(nal.subarray(1, 4)).toString('hex')}`;
  return { width, height, codec, chroma, bitDepth };
}

/** Passes over scaling matrices. */
function readHighProfile(bits: BitReader): Pick<SpsFacts, 'chroma' | 'bitDepth'> {
  const chroma = bits.readExpGolomb();
  if (chroma === 3) bits.skip(1);
  const bitDepth = 8 + Math.max(bits.readExpGolomb(), bits.readExpGolomb());
  bits.skip(1);
  if (bits.read(1) === 1) {
    for (let list = 0; list < (chroma === 3 ? 12 : 8); list += 1) {
      if (bits.read(1) === 1) skipScalingList(bits, list < 6 ? 16 : 64);
    }
  }
  return { chroma, bitDepth };
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
