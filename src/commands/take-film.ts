import { access, constants } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { IngestError } from '../errors.ts';
import { readContent } from '../ingest/read-film.ts';
import { ingest } from '../ingest.ts';
import type { EventOf } from '../model/event.ts';
import type { FilmJob } from '../model/film-job.ts';
import type { Settings } from '../model/settings.ts';
import { isFilmAddress } from '../sources/film-address.ts';
import { mapPath, type PathRule } from '../sources/map-path.ts';
import { type OpenContext, openContext, type RunSession } from './open-context.ts';
import type { CommonFlags } from './session.ts';
import { demandSameLibrary } from './shared-library.ts';
import { whileAwake } from './while-awake.ts';

export type TakeFilmOptions = Readonly<{
  settings: Settings;
  flags: CommonFlags;
  /** Of this film: its signal, its reports. */
  session: RunSession;
  pathRules: readonly PathRule[];
  /** For another run that is at the film, or for the lease of one that was killed. */
  waitMs: number;
}>;

/**
 * Makes the film of a job, as `add` would here. What this machine lacks (its source, its store, an
 * encoder) is an error that is marked so: another may do it.
 */
export async function takeFilm(job: FilmJob, options: TakeFilmOptions): Promise<EventOf<'result'>> {
  const { flags, session, waitMs } = options;
  const settings = { ...options.settings, hdr: job.wishes.hdr };
  const context = await openContext(settings, flags, session, { preset: job.preset });
  try {
    await context.reachStore();
    await demandSameLibrary(job, context);
    await context.toolchain();
    const { pathRules } = options;
    const path = await locateSource(job, { pathRules, context });
    const request = await requestOf(job, { path, waitMs, pathRules });
    return await whileAwake(() => ingest(request, context));
  } finally {
    await context.close();
  }
}

/**
 * Where the film is for this machine. Throws, marked as of this machine, where it is not, or is another
 * one: nothing is encoded, nor fetched, before that is known.
 */
async function locateSource(
  { source }: FilmJob,
  { pathRules, context }: Readonly<{ pathRules: readonly PathRule[]; context: OpenContext }>,
): Promise<string> {
  const path = placeOf(source.uri, pathRules);
  if (path === undefined) throw notHere(`${source.uri} leads nowhere on this worker`);
  await readContent({ path, expect: source }, context).catch((error: unknown) => {
    // What is not in the bucket is nowhere: all workers look at the same service.
    if (!(error instanceof IngestError) || error.exit !== 'film' || isFilmAddress(path))
      throw error;
    throw notHere(`${path} is not to be had on this worker`, error);
  });
  return path;
}

function placeOf(uri: string, pathRules: readonly PathRule[]): string | undefined {
  if (isFilmAddress(uri)) return uri;
  return uri.startsWith('file:///') ? mapPath(fileURLToPath(uri), pathRules) : undefined;
}

function notHere(what: string, cause?: IngestError): IngestError {
  return new IngestError('film', {
    what,
    ...(cause === undefined ? {} : { why: cause.message, cause }),
    fix: 'Mount the folder on this machine, under the same path or with --path-map FROM=TO',
    isOfThisMachine: true,
  });
}

type Here = Readonly<{ path: string; waitMs: number; pathRules: readonly PathRule[] }>;

async function requestOf(job: FilmJob, { path, waitMs, pathRules }: Here) {
  const { wishes, handling, editorial } = job;
  const subtitles = wishes.subtitles?.map((value) => {
    const at = value.startsWith('/') ? -1 : value.indexOf('=');
    const file = value.slice(at + 1);
    return `${value.slice(0, at + 1)}${mapPath(file, pathRules) ?? file}`;
  });
  const poster = editorial.poster && (mapPath(editorial.poster, pathRules) ?? editorial.poster);
  await demandHere([
    ...(subtitles ?? []).map((value) => value.replace(/^[^/]*=/, '')),
    ...(poster?.startsWith('/') ? [poster] : []),
  ]);
  const { hdr: _, ...wanted } = wishes;
  const { bytes, fingerprint } = job.source;
  return {
    path,
    fileName: job.source.fileName,
    expect: { bytes, fingerprint },
    slug: job.slug,
    waitMs,
    ...wanted,
    ...handling,
    ...editorial,
    subtitles,
    poster,
  };
}

async function demandHere(files: readonly string[]): Promise<void> {
  for (const file of files) {
    await access(file, constants.R_OK).catch(() => {
      throw notHere(`${file}, which goes with the film, cannot be read on this worker`);
    });
  }
}
