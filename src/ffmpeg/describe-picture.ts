import { basename } from 'node:path';
import { IngestError } from '../errors.ts';
import type { Rational } from '../model/rational.ts';
import type { VideoTrack } from '../model/source.ts';
import { chooseFrameRate } from './choose-frame-rate.ts';
import { chooseFrameRounding } from './choose-frame-rounding.ts';
import type { ProbedStream } from './ffprobe-output.ts';
import type { ProbedFilm } from './normalise-source.ts';

/** From the film's start; `filmStart` is in seconds of the demuxer's clock. */
type Times = Readonly<{ startMs: number; durationMs: number; filmStart: number }>;

/** The picture track as it is shown and as it will be encoded. Pure. Throws `film` when it is too small. */
export function describePicture(film: ProbedFilm, times: Times): VideoTrack {
  const { picture } = film;
  const codedWidth = picture.width ?? 0;
  const codedHeight = picture.height ?? 0;
  const rotation = rotationOf(picture);
  const aspect = parseRatio(picture.sample_aspect_ratio, ':');
  // Square pixels by widening or heightening, never by throwing lines away.
  const squareWidth = aspect === undefined ? codedWidth : (codedWidth * aspect.num) / aspect.den;
  const isTurned = rotation === 90 || rotation === 270;
  const frameRate = chooseFrameRate({
    average: parseRatio(picture.avg_frame_rate, '/'),
    base: parseRatio(picture.r_frame_rate, '/'),
    measuredFps: measureFps(film.firstPtsSeconds),
  });
  const width = isTurned ? codedHeight : squareWidth;
  const height = isTurned ? squareWidth : codedHeight;
  if (!(Math.min(width, height) >= 16)) {
    throw new IngestError('film', {
      what: `${basename(film.path)} has a picture of ${codedWidth}×${codedHeight}: too small`,
      why: 'The smallest picture that can be encoded is 16×16.',
    });
  }
  return {
    index: picture.index,
    codec: picture.codec_name ?? 'unknown',
    ...(picture.profile === undefined ? {} : { profile: picture.profile }),
    pixelFormat: picture.pix_fmt ?? 'unknown',
    bitDepth: bitDepthOf(picture),
    codedWidth,
    codedHeight,
    width: Math.round(width),
    height: Math.round(height),
    rotation,
    frameRate,
    frameRounding: chooseFrameRounding(
      film.firstPtsSeconds.map((seconds) => seconds - times.filmStart),
      frameRate,
    ),
    bitrateKbps: bitrateOf(film, times.durationMs),
    fieldOrder: fieldOrderOf(picture),
    transfer: transferOf(picture),
    colour: {
      ...(picture.color_primaries === undefined ? {} : { primaries: picture.color_primaries }),
      ...(picture.color_transfer === undefined ? {} : { transfer: picture.color_transfer }),
      ...(picture.color_space === undefined ? {} : { matrix: picture.color_space }),
      fullRange: picture.color_range === 'pc',
    },
    startMs: times.startMs,
    timeStamps: film.timeStamps,
  };
}

function parseRatio(text: string | undefined, separator: string): Rational | undefined {
  const [num, den] = (text ?? '').split(separator).map(Number);
  if (num === undefined || den === undefined || !(num > 0) || !(den > 0)) return undefined;
  return { num, den };
}

function measureFps(ptsSeconds: readonly number[]): number | undefined {
  if (ptsSeconds.length < 2) return undefined;
  const span = Math.max(...ptsSeconds) - Math.min(...ptsSeconds);
  return span > 0 ? (ptsSeconds.length - 1) / span : undefined;
}

function rotationOf(picture: ProbedStream): VideoTrack['rotation'] {
  const matrix = picture.side_data_list.find((data) => data.rotation !== undefined)?.rotation;
  const counterClockwise = matrix ?? -Number(picture.tags['rotate'] ?? 0);
  const clockwise = (((Math.round(-counterClockwise / 90) * 90) % 360) + 360) % 360;
  return clockwise === 90 || clockwise === 180 || clockwise === 270 ? clockwise : 0;
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

function fieldOrderOf(picture: ProbedStream): VideoTrack['fieldOrder'] {
  if (/^(tt|bb|tb|bt)$/.test(picture.field_order ?? '')) return 'interlaced';
  return picture.field_order === 'progressive' ? 'progressive' : 'unknown';
}

function transferOf(picture: ProbedStream): VideoTrack['transfer'] {
  if (picture.color_transfer === 'smpte2084') return 'pq';
  return picture.color_transfer === 'arib-std-b67' ? 'hlg' : 'sdr';
}
