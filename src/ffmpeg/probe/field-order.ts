import { toNumber } from '../../model/rational.ts';
import type { FieldFacts, VideoTrack } from '../../model/source.ts';
import type { ProbedStream } from './ffprobe-output.ts';
import { parseRatio } from './parse-ratio.ts';

type FieldOrder = VideoTrack['fieldOrder'];

/** What the file says of its fields. */
export function toldFieldOrder({ field_order }: ProbedStream): FieldOrder {
  if (/^(tt|bb|tb|bt)$/.test(field_order ?? '')) return 'interlaced';
  return field_order === 'progressive' ? 'progressive' : 'unknown';
}

/** Coded in whole pictures only. */
const NEVER_INTERLACED = /^(vp8|vp9|av1|theora|gif|apng|png|webp|flashsv|flashsv2|vp6f?|vp7)$/;
/** Lines of television, in which interlaced films are made. */
const TV_LINES = [480, 486, 512, 576, 608, 1080, 1088];
/** 480 lines less the bars of a wide film have 356; whoever scaled a film further down left no fields in it. */
const FEWEST_LINES = 340;

/**
 * Whether some pictures should be looked at: always where the file says interlaced (it may be
 * progressive, and is then left sharp), and at television's rates where it says nothing, or says
 * progressive at a size of television (H.264 in fields often does: ffmpeg-hls.md §3). Films of 24
 * pictures, and of more than 1088 lines or hardly any, are made in whole pictures.
 */
export function isFieldOrderInDoubt(stream: ProbedStream): boolean {
  const { codec_name = '', height = 0 } = stream;
  if (NEVER_INTERLACED.test(codec_name) || height > 1088) return false;
  const told = toldFieldOrder(stream);
  if (told === 'interlaced') return true;
  if (height < FEWEST_LINES) return false;
  const rate = parseRatio(stream.avg_frame_rate, '/') ?? parseRatio(stream.r_frame_rate, '/');
  const fps = rate === undefined ? 25 : toNumber(rate);
  const isTvRate = (fps > 24.5 && fps < 31) || (fps > 49 && fps < 61);
  return isTvRate && (told === 'unknown' || TV_LINES.includes(height));
}

/** Counts of `idet` over a sample of pictures, and how many the decoder marked as interlaced. */
export type FieldCounts = Readonly<{
  top: number;
  bottom: number;
  progressive: number;
  repeated: number;
  neither: number;
  marked: number;
  pictures: number;
}>;

/** Below this many judged pictures (black, still) the sample says nothing. */
const ENOUGH = 12;
/** A progressive film shows up to a few in a hundred as interlaced: fine grids, cuts. */
const SOME = 0.1;
/** What a film that says progressive, or nothing, must show to be taken for interlaced. */
const MANY = 0.3;
/** Fields are all in one order. Fine patterns that move look like the one by turns, and like the other. */
const ONE_ORDER = 0.75;

export type FieldVerdict = Readonly<{ fieldOrder: FieldOrder; facts: FieldFacts }>;

/** What the pictures are, where the sample shows it; else what the file says. Pure. */
export function judgeFields(told: FieldOrder, counts: FieldCounts): FieldVerdict | undefined {
  const { top, bottom, progressive, repeated, neither, marked, pictures } = counts;
  const judged = top + bottom + progressive;
  if (judged < ENOUGH) return undefined;
  const share = (top + bottom) / judged;
  const isInterlaced =
    share >= (told === 'interlaced' ? SOME : MANY) &&
    Math.max(top, bottom) >= (top + bottom) * ONE_ORDER;
  // 3:2 pulldown repeats a field in two of five pictures; fields of their own time hardly ever do.
  const repeats = repeated / Math.max(1, repeated + neither);
  return {
    fieldOrder: isInterlaced ? 'interlaced' : 'progressive',
    facts: {
      told,
      first: bottom > top ? 'bottom' : 'top',
      isMarked: marked >= pictures / 2,
      isTelecined: isInterlaced && repeats > 0.3 && repeats < 0.5,
    },
  };
}
