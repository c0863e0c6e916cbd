import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { IngestError } from '../../errors.ts';
import { cleanText } from '../../lib/clean-text.ts';
import { formatClock } from '../../lib/format-clock.ts';
import { readJpegSize } from '../../lib/read-jpeg-size.ts';
import type { PictureFilters } from '../../model/plan.ts';
import { toNumber } from '../../model/rational.ts';
import type { Source, VideoTrack } from '../../model/source.ts';
import type { Tools } from '../../model/toolchain.ts';
import { colourSteps, frameSteps } from '../encode/picture-steps.ts';
import { toneMapDevice } from '../encode/tone-map.ts';
import { sourceArgs } from '../input-args.ts';
import { pictureInput } from '../picture-input.ts';
import { run } from '../run.ts';
import { findPosterMoment, type Moment } from './find-poster-moment.ts';
import { pictureFileArgs } from './picture-file-args.ts';

export type PosterOptions = Readonly<{
  tools: Tools;
  source: Source;
  /** As planned for the encode. */
  picture: PictureFilters;
  /** Written when the picture is whole; replaced when it is there. */
  outPath: string;
  /** A good picture of the film, the cover that it carries, the one on screen at a time from its start, or a picture file. */
  at: 'auto' | 'cover' | Readonly<{ timeMs: number }> | Readonly<{ file: string }>;
  signal?: AbortSignal | undefined;
}>;

export type Poster = Readonly<{
  width: number;
  height: number;
  bytes: number;
  /** From the film's start; absent when it came from a file. */
  timeMs?: number;
}>;

const MAX_WIDTH = 1280;

/**
 * Makes the poster: a JPEG of at most 1280 pixels' width, never larger than the film is shown or the
 * given picture is, upright, square pixels, nothing in it but the picture (no EXIF, no GPS, no name of a
 * program). The same film gives the same bytes with the same ffmpeg.
 * Throws `usage` for a wrong `at`, `film` when no picture of the film can be decoded.
 */
export async function makePoster(options: PosterOptions): Promise<Poster> {
  const { at, source, outPath } = options;
  if (typeof at === 'object' && 'file' in at) {
    const shot = await toJpeg(options, [...(await pictureFileArgs(at.file)), '-vf', scaleFile()]);
    return save(outPath, demandPicture(shot, options));
  }
  if (at === 'cover') {
    const shot = await toJpeg(options, [...coverArgs(source), '-vf', scaleFile()]);
    return save(outPath, demandPicture(shot, options));
  }
  let moment = at === 'auto' ? await findPosterMoment(options) : momentAt(source, at.timeMs);
  let shot = await shoot(options, moment.seek);
  if (shot.size === undefined) shot = await shoot(options, ...patientSeek(source, moment));
  if (shot.size === undefined && at === 'auto') {
    moment = { timeMs: source.video.startMs, seek: [] };
    shot = await shoot(options, moment.seek);
  }
  return { ...(await save(outPath, demandPicture(shot, options))), timeMs: moment.timeMs };
}

function coverArgs(source: Source): readonly string[] {
  const { path, coverArt } = source;
  if (coverArt !== undefined) return [...sourceArgs(source), '-map', `0:${coverArt.index}`];
  throw new IngestError('usage', {
    what: `${basename(path)} carries no cover for the poster`,
    why: 'Nobody attached a picture to it.',
    fix: 'Give --poster a picture or a time such as 12:30, or leave it out.',
  });
}

type Shot = Readonly<{ jpeg: Buffer; size: ReturnType<typeof readJpegSize>; said: string }>;
type Picture = Readonly<{ jpeg: Buffer; size: NonNullable<Shot['size']> }>;

async function save(outPath: string, { jpeg, size }: Picture): Promise<Poster> {
  await writeFile(outPath, jpeg);
  return { ...size, bytes: jpeg.length };
}

/** The first picture after `seek` that `select` takes; any when it is not given. */
function shoot(options: PosterOptions, seek: readonly string[], select = '1'): Promise<Shot> {
  const { video } = options.source;
  const filter = `select='${select}',${scaleFilm(video, options.picture)}`;
  return toJpeg(options, [
    ...toneMapDevice(options.picture.toneMap),
    ...seek,
    ...pictureInput(options.source),
    '-map',
    `0:${video.index}`,
    '-vf',
    filter,
  ]);
}

/** Decodes from 10 s earlier: in a transport stream a seek can land behind the last key frame. */
function patientSeek({ video }: Source, { timeMs }: Moment): [readonly string[], string] {
  const from = Math.max(0, timeMs / 1000 - 10).toFixed(3);
  const earliest = (timeMs / 1000 - 0.99 / toNumber(video.frameRate)).toFixed(6);
  return [['-copyts', '-start_at_zero', '-ss', from], `gte(t,${earliest})`];
}

/** ffmpeg starts with the first picture at or after the time: one picture earlier is on screen then. */
function momentAt({ durationMs, video }: Source, timeMs: number): Moment {
  if (timeMs < 0 || timeMs >= durationMs) {
    throw new IngestError('usage', {
      what: `The film has no picture at ${formatClock(timeMs / 1000)} for the poster`,
      why: `It is ${formatClock(durationMs / 1000)} long.`,
      fix: 'Give --poster a time within the film, or leave it out.',
    });
  }
  const seekMs = Math.max(0, timeMs - 990 / toNumber(video.frameRate));
  return { timeMs, seek: ['-ss', (seekMs / 1000).toFixed(6)] };
}

/** JPEG means BT.601 and full range (JFIF); without saying so an HD film's greens and reds are off. */
const AS_JPEG = 'flags=lanczos:out_color_matrix=bt601:out_range=pc,setsar=1,format=yuvj420p';

/** The picture as the encode shows it: same fields, same colours. */
function scaleFilm(video: VideoTrack, picture: PictureFilters): string {
  // ffmpeg turns the picture upright by itself; the sample aspect ratio is in the display size.
  const width = Math.min(MAX_WIDTH, video.width);
  const height = Math.max(1, Math.round((video.height * width) / video.width));
  return [
    ...frameSteps(picture),
    ...colourSteps(video, picture),
    `scale=${width}:${height}:in_color_matrix=${picture.inputMatrix}:${AS_JPEG}`,
  ].join(',');
}

function scaleFile(): string {
  return `scale='min(${MAX_WIDTH},iw)':-1:${AS_JPEG}`;
}

/** Through stdout, so that no folder's name is a pattern to ffmpeg, and no half file is left. */
async function toJpeg({ tools, signal }: PosterOptions, input: readonly string[]): Promise<Shot> {
  const args = [
    ['-hide_banner', '-nostdin', '-loglevel', 'error'],
    input,
    ['-an', '-sn', '-dn', '-map_metadata', '-1', '-frames:v', '1', '-fps_mode', 'passthrough'],
    ['-c:v', 'mjpeg', '-q:v', '3', '-bitexact', '-f', 'image2pipe', 'pipe:1'],
  ].flat();
  const result = await run(tools.ffmpeg, args, { timeoutMs: 120_000, signal });
  signal?.throwIfAborted();
  const said = result.stderrTail[0] ?? `nothing (${result.outcome})`;
  return { jpeg: result.stdout, size: readJpegSize(result.stdout), said };
}

function demandPicture({ jpeg, size, said }: Shot, options: PosterOptions): Picture {
  if (size === undefined) throw noPicture(options, said);
  return { jpeg, size };
}

function noPicture({ at, source }: PosterOptions, said: string): IngestError {
  const why = `ffmpeg said: ${cleanText(said, { maxLength: 200 })}`;
  if (typeof at === 'object' && 'file' in at) {
    return new IngestError('usage', {
      what: `${basename(at.file)} cannot be used as the poster`,
      why,
      fix: 'Give --poster a whole JPEG, PNG or WebP picture, or leave it out.',
    });
  }
  if (typeof at === 'object') {
    return new IngestError('usage', {
      what: `No picture at ${formatClock(at.timeMs / 1000)} could be decoded for the poster`,
      why,
      fix: 'Give --poster another time, or leave it out.',
    });
  }
  if (at === 'cover') {
    return new IngestError('usage', {
      what: `The cover that ${basename(source.path)} carries cannot be decoded for the poster`,
      why,
      fix: 'Give --poster a picture or a time such as 12:30, or leave it out.',
    });
  }
  return new IngestError('film', {
    what: `No picture of ${basename(source.path)} could be decoded for the poster`,
    why,
    fix: 'If the film plays all the same, give a picture: --poster FILE',
  });
}
