import { BitReader, withoutEmulation } from './bit-reader.ts';
import type { SpsFacts } from './sps-facts.ts';

const PROFILE_SPACES = ['', 'A', 'B', 'C'];

/** `readSps` for HEVC (H.265 §7.3.2.2). */
export function readHevcSps(nal: Uint8Array): SpsFacts | undefined {
  const bits = new BitReader(withoutEmulation(nal));
  bits.skip(16 + 4); // unit header, sps_video_parameter_set_id
  const subLayers = bits.read(3);
  bits.skip(1); // sps_temporal_id_nesting_flag
  const codec = readProfileTierLevel(bits, subLayers);
  bits.readExpGolomb(); // sps_seq_parameter_set_id
  const chroma = bits.readExpGolomb();
  if (chroma === 3) bits.skip(1);
  const codedWidth = bits.readExpGolomb();
  const codedHeight = bits.readExpGolomb();
  const crop = bits.read(1) === 1 ? readWindow(bits) : { x: 0, y: 0 };
  const width = codedWidth - (chroma === 1 || chroma === 2 ? 2 : 1) * crop.x;
  const height = codedHeight - (chroma === 1 ? 2 : 1) * crop.y;
  const bitDepth = 8 + Math.max(bits.readExpGolomb(), bits.readExpGolomb());
  if (bits.isOver || width <= 0 || height <= 0) return undefined;
  return { width, height, codec, chroma, bitDepth };
}

/**
 * The codec's name as ISO/IEC 14496-15 annex E.3 spells it: profile space and profile, compatibility
 * flags with their bits turned round, tier and level, constraint bytes without the zeros behind them.
 */
function readProfileTierLevel(bits: BitReader, subLayers: number): string {
  const space = PROFILE_SPACES[bits.read(2)] ?? '';
  const tier = bits.read(1) === 1 ? 'H' : 'L';
  const profile = bits.read(5);
  let compatibility = 0;
  for (let flag = 0; flag < 32; flag += 1) compatibility += bits.read(1) * 2 ** flag;
  const constraints = Array.from({ length: 6 }, () => bits.read(8));
  const level = bits.read(8);
  skipSubLayers(bits, subLayers);
  const used = constraints.slice(0, constraints.findLastIndex((byte) => byte !== 0) + 1);
  return [`hvc1.${space}${profile}`, hex(compatibility), `${tier}${level}`, ...used.map(hex)].join(
    '.',
  );
}

function skipSubLayers(bits: BitReader, subLayers: number): void {
  if (subLayers === 0) return;
  const present = Array.from({ length: subLayers }, () => ({
    hasProfile: bits.read(1) === 1,
    hasLevel: bits.read(1) === 1,
  }));
  bits.skip(2 * (8 - subLayers));
  for (const { hasProfile, hasLevel } of present) {
    bits.skip((hasProfile ? 88 : 0) + (hasLevel ? 8 : 0));
  }
}

function readWindow(bits: BitReader): { x: number; y: number } {
  const x = bits.readExpGolomb() + bits.readExpGolomb();
  return { x, y: bits.readExpGolomb() + bits.readExpGolomb() };
}

function hex(value: number): string {
  return value.toString(16).toUpperCase();
}
