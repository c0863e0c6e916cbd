import { basename } from 'node:path';
import { IngestError } from '../../errors.ts';
import { type Rational, toNumber } from '../../model/rational.ts';
import type { VideoTrack } from '../../model/source.ts';
import { chooseFrameRate } from './choose-frame-rate.ts';
import { chooseFrameRounding } from './choose-frame-rounding.ts';
import { describeGeometry } from './describe-geometry.ts';
import { describeRange } from './describe-range.ts';
import type { ProbedStream } from './ffprobe-output.ts';
import { toldFieldOrder } from './field-order.ts';
import { measureFrameRate } from './measure-frame-rate.ts';
import type { ProbedFilm } from './normalise-source.ts';
import { parseRatio, parseTimeBase } from './parse-ratio.ts';

/** From the film's start; `filmStart` is in seconds of the demuxer's clock. */
type Times = Readonly<{ startMs: number; durationMs: number; filmStart: number }>;

/** Below this nobody could tell, and it may be the rounding of time stamps. */
const LEAST_OFFSET_SECONDS = 0.002;

/** The picture track as it is shown and as it will be encoded. Pure. Throws `film` when it is too small. */
export function describePicture(film: ProbedFilm, times: Times): VideoTrack {
  const { picture } = film;
  const geometry = describeGeometry(picture, film.framing);
  const { codedWidth, codedHeight, width, height } = geometry;
  if (!(Math.min(width, height) >= 16)) {
    throw new IngestError('film', {
      what: `${basename(film.path)} has a picture of ${codedWidth}×${codedHeight}: too small`,
      why: 'The smallest picture that can be encoded is 16×16.',
    });
  }
  return {
    ...describeCoding(picture),
    bitDepth: bitDepthOf(picture),
    ...geometry,
    ...describeTime(film, times),
    bitrateKbps: bitrateOf(film, times.durationMs),
    fieldOrder: film.fields?.fieldOrder ?? toldFieldOrder(picture),
    ...(film.fields === undefined ? {} : { fields: film.fields.facts }),
    ...describeRange(picture),
    colour: {
      ...(picture.color_primaries === undefined ? {} : { primaries: picture.color_primaries }),
      ...(picture.color_transfer === undefined ? {} : { transfer: picture.color_transfer }),
      ...(picture.color_space === undefined ? {} : { matrix: picture.color_space }),
      fullRange: picture.color_range === 'pc' || /^yuvj/.test(picture.pix_fmt ?? ''),
    },
    startMs: times.startMs,
    timeStamps: film.timeStamps,
  };
}

/** How the picture is coded. */
function describeCoding(
  picture: ProbedStream,
): Pick<VideoTrack, 'index' | 'codec' | 'timeBase' | 'sideData' | 'pixelFormat'> {
  const { profile, level = 0 } = picture;
  const aspect = parseRatio(picture.sample_aspect_ratio, ':');
  return {
    index: picture.index,
    codec: picture.codec_name ?? 'unknown',
    ...(profile === undefined ? {} : { profile }),
    ...(level > 0 ? { level } : {}),
    timeBase: parseTimeBase(picture.time_base),
    ...(aspect === undefined || aspect.num === aspect.den ? {} : { sampleAspect: aspect }),
    sideData: picture.side_data_list.map((data) => data.side_data_type ?? 'unknown'),
    pixelFormat: picture.pix_fmt ?? 'unknown',
  };
}

type Time = Pick<
  VideoTrack,
  'frameRate' | 'sourceFps' | 'isVariableRate' | 'frameRounding' | 'gridOffsetMs' | 'leadMs'
>;

/** A picture that starts this late starts with the sound: AAC's lead-in is 21 ms, Apple's 44 ms. */
const LONGEST_LEAD_SECONDS = 0.05;

/** The decoders' delay in an AVI: H.264 holds back a few pictures, and few muxers take account of it. */
const LONGEST_DELAY_PICTURES = 10;

/** Whole places on the grid before the first picture, which would be filled with it. */
function leadOf(firstSeconds: number, { num, den }: Rational, longestSeconds: number): number {
  const places = Math.round((firstSeconds * num) / den);
  return places > 0 && firstSeconds <= longestSeconds ? (places * den) / num : 0;
}

/**
 * How late the pictures of a film come that does not say when: those at the beginning mostly, as muxers
 * squeeze the very first to 0 and leave a hole behind it. Their sound begins at 0 (measured: pictures of
 * ffmpeg's AVIs came 42 to 167 ms late by the decoder's times).
 */
function delayOf(ptsSeconds: readonly number[], rate: Rational): number {
  const late = ptsSeconds.map((seconds, index) => seconds - index / toNumber(rate));
  return late.toSorted((a, b) => a - b)[late.length >> 1] ?? 0;
}

function toMs(seconds: number): number {
  return Math.round(seconds * 1e6) / 1000;
}

/** The rate that it is encoded at, and how its pictures lie on that grid. */
function describeTime(
  { picture, firstPtsSeconds, isUntimed, timeStamps }: ProbedFilm,
  times: Times,
): Time {
  const { rate, sourceFps, isVariable } = chooseFrameRate({
    // Of a film whose clock jumps the header knows no length, and so no average.
    average: timeStamps === 'jumping' ? undefined : parseRatio(picture.avg_frame_rate, '/'),
    base: parseRatio(picture.r_frame_rate, '/'),
    measured: measureFrameRate(firstPtsSeconds),
    durationSeconds: times.durationMs / 1000,
  });
  const ptsSeconds = firstPtsSeconds.map((seconds) => seconds - times.filmStart);
  const oneIn = isVariable ? 1 : Math.max(1, Math.round(sourceFps / toNumber(rate)));
  const { round, offsetSeconds, delaySeconds = 0 } = chooseFrameRounding(ptsSeconds, rate, oneIn);
  const first = Math.min(...ptsSeconds);
  const isHeldBack = isUntimed === true && first > 0;
  const leadSeconds = leadOf(
    (isUntimed === true ? delayOf(ptsSeconds, rate) : first) - offsetSeconds,
    rate,
    isHeldBack ? LONGEST_DELAY_PICTURES / toNumber(rate) : LONGEST_LEAD_SECONDS,
  );
  // A delay that is the decoder's alone is no reason to move the sound.
  const offset = offsetSeconds + (isUntimed === true ? 0 : leadSeconds);
  const lead = leadSeconds - delaySeconds;
  return {
    frameRate: rate,
    ...(Math.abs(sourceFps / toNumber(rate) - 1) < 0.001 ? {} : { sourceFps }),
    ...(isVariable ? { isVariableRate: true as const } : {}),
    frameRounding: round,
    ...(Math.abs(offset) < LEAST_OFFSET_SECONDS ? {} : { gridOffsetMs: toMs(offset) }),
    ...(lead === 0 ? {} : { leadMs: toMs(lead) }),
  };
}

function bitDepthOf(picture: ProbedStream): number {
  const named = /p(9|10|12|14|16)(le|be)$/.exec(picture.pix_fmt ?? '')?.[1];
  return named === undefined ? (picture.bits_per_raw_sample ?? 8) : Number(named);
}

/** Where the track does not say, what the file leaves when the sound is taken off. */
function bitrateOf(film: ProbedFilm, durationMs: number): number {
  const { picture, probed, bytes } = film;
  const told = picture.bit_rate ?? Number(picture.tags['BPS'] ?? picture.tags['BPS-eng']);
  if (Number.isFinite(told) && told > 0) return Math.round(told / 1000);
  const sound = probed.streams
    .filter((stream) => stream.codec_type === 'audio')
    .reduce((sum, stream) => sum + (stream.bit_rate ?? 0), 0);
  const whole = (bytes * 8000) / durationMs;
  return Math.max(1, Math.round(Math.max(whole - sound, whole / 2) / 1000));
}
