import { basename } from 'node:path';
import { IngestError } from '../../errors.ts';
import { cleanText } from '../../lib/clean-text.ts';
import { toNumber } from '../../model/rational.ts';
import type { Source } from '../../model/source.ts';
import type { Framing } from './container-framing.ts';
import { describeAudio } from './describe-audio.ts';
import { describeChapters } from './describe-chapters.ts';
import { describePicture } from './describe-picture.ts';
import { describeSubtitles } from './describe-subtitles.ts';
import type { ProbedFile, ProbedStream } from './ffprobe-output.ts';
import type { FieldVerdict } from './field-order.ts';
import { findCoverArt } from './find-cover-art.ts';
import { parseClock, positive } from './parse-clock.ts';
import { parseRatio } from './parse-ratio.ts';

export type ProbedFilm = Readonly<{
  path: string;
  bytes: number;
  modifiedAtMs: number;
  fingerprint: string;
  probed: ProbedFile;
  picture: ProbedStream;
  /** Of a transport stream of several; `probed` has the tracks of the one that is taken. */
  programmes?: number;
  /** Of the first pictures in file order, on the demuxer's clock. */
  firstPtsSeconds: readonly number[];
  /** The container does not say when a picture is shown: these are the decoder's times, in their order. */
  isUntimed?: true;
  timeStamps: 'steady' | 'jumping';
  /** What the container cuts off, where this ffmpeg does not say. */
  framing?: Framing | undefined;
  /** What a look at some pictures showed, where one was called for. */
  fields?: FieldVerdict | undefined;
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
  const coverArt = findCoverArt(probed);
  return {
    path: film.path,
    bytes: film.bytes,
    modifiedAtMs: film.modifiedAtMs,
    fingerprint: film.fingerprint,
    container: probed.format.format_name,
    clockStartUs: Math.round(filmStart * 1e6),
    ...(beginsLate(probed, filmStart) ? { beginsLate: true as const } : {}),
    pictureTracks: probed.streams.filter(({ codec_type }) => codec_type === 'video').length,
    durationMs,
    ...(film.programmes === undefined ? {} : { programmes: film.programmes }),
    ...(title === '' ? {} : { title }),
    video: describePicture(film, { startMs, durationMs, filmStart }),
    ...describeAudio(probed, filmStart),
    subtitles: describeSubtitles(probed),
    chapters: describeChapters(probed, { filmStart, durationMs }),
    ...(coverArt === undefined ? {} : { coverArt }),
  };
}

/** At 80 Mb/s ffmpeg's look of 5 MB, which costs nothing more, is over by then. */
const LATE_SECONDS = 0.5;

/** These say what is in them packet by packet; other containers have a header. */
function beginsLate({ format, streams }: ProbedFile, filmStart: number): boolean {
  return (
    /^(mpegts|mpeg)$/.test(format.format_name) &&
    streams
      .filter(({ codec_type: type }) => type === 'audio' || type === 'video')
      .some(({ start_time: start = filmStart }) => start - filmStart > LATE_SECONDS)
  );
}

/** The track's own length; Matroska tells its end in a tag; else the container's, as a last resort. */
function pictureDurationMs({ path, probed, picture }: ProbedFilm, filmStart: number): number {
  const tag = picture.tags['DURATION'] ?? picture.tags['DURATION-eng'];
  // Matroska's tag is the time of its end on the file's own clock, which need not begin at 0.
  const start = picture.start_time ?? filmStart;
  const container = probed.format.duration ?? 0;
  const seconds =
    positive(framesInAvi(probed, picture)) ??
    positive(picture.duration) ??
    positive(parseClock(tag) - start) ??
    positive(container);
  if (seconds === undefined || seconds < 0.001) {
    throw new IngestError('film', {
      what: `${basename(path)} does not say how long it is`,
      why: 'A film has a duration; an image or a broken file has none.',
      fix: 'If it is a recording, repair it: ffmpeg -i IN -c copy OUT.mkv',
    });
  }
  return Math.round(seconds * 1000);
}

/** An AVI's header counts its frames; where the file is cut off ffprobe makes its length that of the rest. */
function framesInAvi(probed: ProbedFile, picture: ProbedStream): number | undefined {
  // In the header's own unit, which need not be that of a picture.
  const unit = parseRatio(picture.time_base, '/');
  if (probed.format.format_name !== 'avi' || unit === undefined) return undefined;
  return Math.max((picture.nb_frames ?? 0) * toNumber(unit), picture.duration ?? 0);
}
