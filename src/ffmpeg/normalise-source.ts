import { basename } from 'node:path';
import { IngestError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';
import { toLanguageTag } from '../lib/language.ts';
import type { Rational } from '../model/rational.ts';
import type { AudioTrack, Chapter, Source, SubtitleTrack, VideoTrack } from '../model/source.ts';
import { chooseFrameRate } from './choose-frame-rate.ts';
import { chooseFrameRounding } from './choose-frame-rounding.ts';
import type { ProbedFile, ProbedStream } from './ffprobe-output.ts';

export type ProbedFilm = Readonly<{
  path: string;
  bytes: number;
  modifiedAtMs: number;
  fingerprint: string;
  probed: ProbedFile;
  picture: ProbedStream;
  /** Of the first pictures in file order, on the demuxer's clock. */
  firstPtsSeconds: readonly number[];
  timeStamps: 'steady' | 'jumping';
}>;

/** What ffprobe said, as the rest of the program wants it. Pure. Throws `film` for what cannot be. */
export function normaliseSource(film: ProbedFilm): Source {
  const { probed, picture } = film;
  const filmStart = probed.format.start_time ?? 0;
  const pictureStart = picture.start_time ?? filmStart;
  const startMs = Math.max(0, Math.round((pictureStart - filmStart) * 1000));
  const durationMs = startMs + pictureDurationMs(film, filmStart);
  const title = cleanText(probed.format.tags['title'] ?? probed.format.tags['TITLE'] ?? '', {
    maxLength: 500,
  });
  return {
    path: film.path,
    bytes: film.bytes,
    modifiedAtMs: film.modifiedAtMs,
    fingerprint: film.fingerprint,
    container: probed.format.format_name,
    durationMs,
    ...(title === '' ? {} : { title }),
    video: describePicture(film, { startMs, durationMs, filmStart }),
    audio: describeAudio(probed, filmStart),
    subtitles: describeSubtitles(probed),
    chapters: describeChapters(probed, filmStart),
  };
}

/** The track's own length; Matroska tells its end in a tag; else the container's, as a last resort. */
function pictureDurationMs({ path, probed, picture }: ProbedFilm, filmStart: number): number {
  const tag = picture.tags['DURATION'] ?? picture.tags['DURATION-eng'];
  const start = (picture.start_time ?? filmStart) - filmStart;
  const container = probed.format.duration ?? 0;
  const seconds =
    positive(picture.duration) ?? positive(fromClock(tag) - start) ?? positive(container);
  if (seconds === undefined) {
    throw new IngestError('film', {
      what: `${basename(path)} does not say how long it is`,
      why: 'A film has a duration; an image or a broken file has none.',
      fix: 'If it is a recording, repair it: ffmpeg -i IN -c copy OUT.mkv',
    });
  }
  if (seconds > LONGEST_SECONDS) {
    throw new IngestError('film', {
      what: `${basename(path)} says that it is ${Math.round(seconds / 3600)} hours long`,
      why: 'More than 24 hours is a broken file, or a recording that nobody can watch as one film.',
      fix: 'Cut it into parts: ffmpeg -i IN -map 0 -c copy -f segment -segment_time 6:00:00 part%d.mkv',
    });
  }
  return Math.round(seconds * 1000);
}

/** 2.9 kB can claim 100 hours at a picture an hour, and would be encoded for days (reliability.md §2.1). */
const LONGEST_SECONDS = 24 * 3600;

function positive(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) && value > 0 ? value : undefined;
}

/** `00:01:02.500000000` → 62.5; NaN for anything else. */
function fromClock(text: string | undefined): number {
  const match = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(text ?? '');
  return match === null
    ? Number.NaN
    : Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
}

type Times = Readonly<{ startMs: number; durationMs: number; filmStart: number }>;

function describePicture(film: ProbedFilm, times: Times): VideoTrack {
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

/** Decodable sound tracks in file order. */
function describeAudio(probed: ProbedFile, filmStart: number): readonly AudioTrack[] {
  return probed.streams
    .filter(
      (stream) =>
        stream.codec_type === 'audio' &&
        stream.codec_name !== undefined &&
        stream.codec_name !== 'none' &&
        (stream.channels ?? 0) > 0 &&
        (stream.sample_rate ?? 0) > 0,
    )
    .map((stream) => ({
      index: stream.index,
      codec: stream.codec_name ?? 'unknown',
      channels: stream.channels ?? 0,
      ...(stream.channel_layout === undefined ? {} : { channelLayout: stream.channel_layout }),
      sampleRateHz: stream.sample_rate ?? 0,
      language: toLanguageTag(stream.tags['language']),
      ...titleOf(stream),
      isDefault: stream.disposition['default'] === 1,
      isCommentary:
        stream.disposition['comment'] === 1 || /comment/i.test(stream.tags['title'] ?? ''),
      ...endOf(stream, filmStart),
    }));
}

function endOf(stream: ProbedStream, filmStart: number): { endMs?: number } {
  const start = (stream.start_time ?? filmStart) - filmStart;
  const tagged = fromClock(stream.tags['DURATION'] ?? stream.tags['DURATION-eng']) - filmStart;
  const seconds = positive((stream.duration ?? Number.NaN) + start) ?? positive(tagged);
  return seconds === undefined ? {} : { endMs: Math.round(seconds * 1000) };
}

const PICTURE_SUBTITLES = /^(hdmv_pgs_subtitle|dvd_subtitle|dvb_subtitle|xsub)$/;

function describeSubtitles(probed: ProbedFile): readonly SubtitleTrack[] {
  return probed.streams
    .filter((stream) => stream.codec_type === 'subtitle')
    .map((stream) => ({
      index: stream.index,
      codec: stream.codec_name ?? 'unknown',
      kind: PICTURE_SUBTITLES.test(stream.codec_name ?? '') ? 'picture' : 'text',
      language: toLanguageTag(stream.tags['language']),
      ...titleOf(stream),
      isDefault: stream.disposition['default'] === 1,
      isForced: stream.disposition['forced'] === 1,
    }));
}

function titleOf(stream: ProbedStream): { title?: string } {
  const title = cleanText(stream.tags['title'] ?? '', { maxLength: 200 });
  return title === '' ? {} : { title };
}

function describeChapters(probed: ProbedFile, filmStart: number): readonly Chapter[] {
  return probed.chapters.slice(0, 1_000).map((chapter) => {
    const title = cleanText(chapter.tags['title'] ?? '', { maxLength: 200 });
    return {
      startMs: Math.max(0, Math.round(((chapter.start_time ?? 0) - filmStart) * 1000)),
      endMs: Math.max(0, Math.round(((chapter.end_time ?? 0) - filmStart) * 1000)),
      ...(title === '' ? {} : { title }),
    };
  });
}
