import type { VideoRendition } from '../model/plan.ts';
import type { Preset, PresetRung } from '../model/preset.ts';
import { toNumber } from '../model/rational.ts';
import type { VideoTrack } from '../model/source.ts';
import { evenSize, type Size } from './even-size.ts';
import { floorKbps } from './floor-kbps.ts';

/** Never more bits than the source has, with room for a codec that needs more of them. */
const SOURCE_HEADROOM = 1.3;
/** H.264 needs more bits than these for the same picture (ffmpeg-hls.md §5.2). */
const NEWER_CODECS = /^(hevc|av1|vp9|vvc)$/;
const NEWER_CODEC_FACTOR = 1.6;
/** A rung this much smaller than the film still counts as the film's own size: 1916×1076 is 1080p. */
const ALMOST = 1.1;
/** A rung of the film's own size is worth it when it has this many times the pixels of the one below. */
const WORTHWHILE = 1.3;
/** Twice the pictures need less than twice the bits (ffmpeg-hls.md §5.2). */
const HIGH_RATE_FACTOR = 1.4;
/** Rungs closer than this are no choice for a player. */
const STEP = 1.3;
/** A macroblock: decoders in hardware refuse less. */
const MIN_SIDE = 16;

type SizedRung = Readonly<{ rung: PresetRung; size: Size }>;

/**
 * The rungs for a film, smallest first, at least one. Each fits its preset's box (turned for a
 * portrait film), keeps the film's shape, has even sides and square pixels, and is never larger than
 * the film. A film between two boxes (854×480, 1600×900) keeps its own size as the top rung, named by
 * its lines: 480p. Bit rates stay below the source's × 1.3 where that is enough for a picture that stands
 * still, and fall from rung to rung.
 */
export function ladder(video: VideoTrack, preset: Preset): readonly VideoRendition[] {
  const sized = fitBoxes(video, preset.rungs);
  const rate = rateFactor(video);
  let limitKbps = sourceKbps(video, preset) * SOURCE_HEADROOM;
  const fromTheTop = sized.toReversed().map(({ rung, size }) => {
    const most = rung.maxKbps * rate;
    const limited = Math.min(most, limitKbps);
    limitKbps = limited / STEP;
    const maxKbps = kbps(Math.max(limited, Math.min(most, floorKbps(size))));
    const share = maxKbps / rung.maxKbps;
    return {
      name: rung.name,
      ...size,
      crf: rung.crf,
      maxKbps,
      bufferKbits: kbps(rung.bufferKbits * share),
      averageKbps: kbps(Math.min(rung.averageKbps * rate, maxKbps)),
    };
  });
  return fromTheTop.reverse();
}

/**
 * What the source has, in bits of the encode's codec and rate: a recording of a screen that rests most
 * of the time has few bits a second, but as many a picture as others.
 */
function sourceKbps(
  { bitrateKbps, codec, frameRate, sourceFps }: VideoTrack,
  preset: Preset,
): number {
  const isOlder = preset.codec === 'h264' && NEWER_CODECS.test(codec);
  const rate = toNumber(frameRate);
  return bitrateKbps * (isOlder ? NEWER_CODEC_FACTOR : 1) * Math.max(1, rate / (sourceFps ?? rate));
}

/**
 * The largest rung as the preset wants it: its size for this film, and the most bits that it may have.
 * (The ladder goes on to bound them by what the source has.)
 */
export function topRung(
  video: VideoTrack,
  preset: Preset,
): Readonly<{ name: string; width: number; height: number; maxKbps: number }> {
  const top = fitBoxes(video, preset.rungs).at(-1);
  if (top === undefined) throw new Error('a preset has at least one rung');
  return { name: top.rung.name, ...top.size, maxKbps: kbps(top.rung.maxKbps * rateFactor(video)) };
}

function rateFactor(video: VideoTrack): number {
  return toNumber(video.frameRate) >= 49 ? HIGH_RATE_FACTOR : 1;
}

function kbps(value: number): number {
  return Math.max(32, Math.round(value));
}

function fitBoxes(film: Size, rungs: readonly PresetRung[]): readonly SizedRung[] {
  const sized: SizedRung[] = [];
  for (const rung of rungs) {
    const scale = scaleIntoBox(film, rung);
    if (scale > ALMOST) break;
    // A film of an extreme shape has none of its shape in a small box: that rung is left out.
    const size = evenSize(film, Math.min(1, scale), MIN_SIDE);
    if (size !== undefined) sized.push({ rung, size });
  }
  const top = sized.at(-1);
  const own = ownSize(film);
  if (top === undefined) return [{ rung: rungOfOwnSize(own, rungs), size: own }];
  // Larger than every box: the ladder ends where the preset ends.
  if (top.rung === rungs.at(-1)) return sized;
  if (pixels(own) < pixels(top.size) * WORTHWHILE) return sized;
  return [...sized, { rung: rungOfOwnSize(own, rungs), size: own }];
}

function ownSize(film: Size): Size {
  const own = evenSize(film, 1);
  if (own === undefined) throw new Error(`no even size for ${film.width}×${film.height}`);
  return own;
}

function scaleIntoBox(film: Size, box: Size): number {
  const isPortrait = film.height > film.width;
  const width = isPortrait ? box.height : box.width;
  const height = isPortrait ? box.width : box.height;
  return Math.min(width / film.width, height / film.height);
}

function pixels(size: Size): number {
  return size.width * size.height;
}

/** Settings for a size between the boxes: on the line between its neighbours, by pixels, in logarithms. */
function rungOfOwnSize(own: Size, rungs: readonly PresetRung[]): PresetRung {
  const below = rungs.findLast((rung) => pixels(rung) <= pixels(own)) ?? rungs[0];
  const above = rungs.find((rung) => pixels(rung) > pixels(own)) ?? rungs.at(-1);
  if (below === undefined || above === undefined) throw new Error('a preset has at least one rung');
  const between = (low: number, high: number) => Math.round(low * (high / low) ** position);
  const span = Math.log(pixels(above) / pixels(below));
  const position = span === 0 ? 0 : Math.log(pixels(own) / pixels(below)) / span;
  return {
    name: `${linesOf(own)}p`,
    width: own.width,
    height: own.height,
    crf: below.crf,
    maxKbps: between(below.maxKbps, above.maxKbps),
    bufferKbits: between(below.bufferKbits, above.bufferKbits),
    averageKbps: between(below.averageKbps, above.averageKbps),
  };
}

/** Lines of the 16:9 box around it, so that 960×402 is 540p as 1920×804 is 1080p. */
function linesOf({ width, height }: Size): number {
  const short = Math.min(width, height);
  const long = Math.max(width, height);
  return 2 * Math.round(Math.max(short, (long * 9) / 16) / 2);
}
