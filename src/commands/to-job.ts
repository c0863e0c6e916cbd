import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { probe } from '../ffmpeg/probe/probe.ts';
import type { IngestContext } from '../ingest/context.ts';
import { identifyFilm } from '../ingest/identify-film.ts';
import { type FilmContent, readContent } from '../ingest/read-film.ts';
import { stageFilm } from '../ingest/stage-film.ts';
import { type FilmJob, JOB_VERSION } from '../model/film-job.ts';
import { isFilmAddress } from '../sources/film-address.ts';
import type { Asked } from './asked-with.ts';
import { sharedLibrary } from './shared-library.ts';

export type ToJobOptions = Readonly<{
  asked: Asked;
  /** Upload it to the inbox of the bucket, for workers that cannot see this machine's disks. */
  isStaged: boolean;
  context: IngestContext;
}>;

/**
 * A film as a job: which one it is, what is wanted of it, and the names of where it goes. Reads the film's
 * content and header, its sidecar files and the catalogue. Throws as `add` does for a film that cannot be read, and
 * for a name that another film has.
 */
export async function toJob(
  path: string,
  { asked, isStaged, context }: ToJobOptions,
): Promise<FilmJob> {
  const content = await readContent({ path }, context);
  const { slug } = await identifyFilm({ path, ...asked }, content, context);
  const { tools, settings: limits, signal } = context;
  // One in a bucket is probed when it is fetched.
  if (content.remote === undefined) await probe(path, { tools, limits, signal });
  const { title, description, poster, subtitles, burnSubtitle } = asked;
  return {
    v: JOB_VERSION,
    slug,
    source: {
      ...(await placeOf(path, content, { isStaged, context })),
      bytes: content.bytes,
      fingerprint: content.fingerprint,
    },
    preset: context.preset,
    wishes: {
      ...(subtitles === undefined ? {} : { subtitles: subtitles.map(absoluteSubtitle) }),
      ...(burnSubtitle === undefined ? {} : { burnSubtitle }),
      hdr: context.settings.hdr,
      force: asked.force,
      allowDamaged: asked.allowDamaged,
      reportQuality: asked.reportQuality,
    },
    handling: {
      overlap: asked.overlap,
      dropUploaded: asked.dropUploaded,
      stallMs: asked.stallMs,
    },
    storage: await sharedLibrary(context, { isMarked: true }),
    editorial: {
      ...(title === undefined ? {} : { title }),
      ...(description === undefined ? {} : { description }),
      ...(poster === undefined ? {} : { poster: absolutePoster(poster) }),
    },
    from: { host: hostname(), version: context.version },
  };
}

/** Where workers find it: under its path, or in the inbox, which it is uploaded to first. */
async function placeOf(
  path: string,
  content: FilmContent,
  { isStaged, context }: Omit<ToJobOptions, 'asked'>,
): Promise<Pick<FilmJob['source'], 'uri' | 'fileName'>> {
  if (isFilmAddress(path)) return { uri: path };
  if (!isStaged) return { uri: pathToFileURL(path).href };
  const { address, fileName } = await stageFilm(path, content, context);
  return { uri: address, fileName };
}

/** `vi=a.srt` → `vi=/films/a.srt`: whoever makes the film stands in another folder. */
function absoluteSubtitle(value: string): string {
  const at = value.indexOf('=');
  if (at === -1 || /[/\\]/.test(value.slice(0, at))) return resolve(value);
  return `${value.slice(0, at + 1)}${resolve(value.slice(at + 1))}`;
}

/** A time and `cover` stay as they are. */
function absolutePoster(poster: string): string {
  return poster === 'cover' || /^[\dhms:]+$/.test(poster) ? poster : resolve(poster);
}
