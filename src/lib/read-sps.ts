import { readH264Sps } from './read-h264-sps.ts';
import { readHevcSps } from './read-hevc-sps.ts';
import type { SpsFacts } from './sps-facts.ts';

const H264_SPS = 7;
const HEVC_SPS = 33;

/**
 * Reads picture size and codec name from a sequence parameter set of H.264 or HEVC (hex, without start
 * code, as in `SegmentFacts.sps`); the header of the unit says which it is. Undefined when it is
 * neither, is cut off or makes no sense. Never throws.
 */
export function readSps(hex: string): SpsFacts | undefined {
  const nal = Buffer.from(hex, 'hex');
  const header = nal[0] ?? 0;
  if ((header & 0x1f) === H264_SPS) return readH264Sps(nal);
  return header >> 1 === HEVC_SPS ? readHevcSps(nal) : undefined;
}
