import type { Sample } from './read-fragment.ts';
import type { InitFacts } from './read-init.ts';

const H264_IDR = 5;
/** IDR_W_RADL and IDR_N_LP; behind a CRA (21) or BLA (16–18) may come pictures that refer back. */
const HEVC_IDR = [19, 20];

/**
 * Walks over the units of one picture, each behind its length (ISO/IEC 14496-15 §5.2.3). `isWhole` is
 * false when the lengths do not add up to the sample; `isIdr` is told by the first slice.
 */
export function readPicture(
  bytes: Uint8Array,
  sample: Sample,
  { codec, nalLengthBytes }: Pick<InitFacts, 'codec' | 'nalLengthBytes'>,
): Readonly<{ isWhole: boolean; isIdr: boolean }> {
  const end = sample.offset + sample.bytes;
  let sliceType: number | undefined;
  let at = sample.offset;
  while (at + nalLengthBytes < end) {
    let length = 0;
    for (let byte = 0; byte < nalLengthBytes; byte += 1) {
      length = length * 256 + (bytes[at + byte] ?? 0);
    }
    at += nalLengthBytes;
    if (length === 0 || at + length > end) break;
    sliceType ??= sliceTypeOf(bytes[at] ?? 0, codec);
    at += length;
  }
  const isIdr = codec === 'hevc' ? HEVC_IDR.includes(sliceType ?? -1) : sliceType === H264_IDR;
  return { isWhole: at === end && sliceType !== undefined, isIdr };
}

/** Undefined for units that are no slice: parameter sets, SEI. */
function sliceTypeOf(header: number, codec: InitFacts['codec']): number | undefined {
  const type = codec === 'hevc' ? (header >> 1) & 0x3f : header & 0x1f;
  const isSlice = codec === 'hevc' ? type < 32 : type >= 1 && type <= 5;
  return isSlice ? type : undefined;
}
