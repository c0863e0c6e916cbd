import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { IngestError } from '../../errors.ts';
import { installLine } from '../../lib/install-line.ts';
import type { Tools } from '../../model/toolchain.ts';

export type FindToolsOptions = Readonly<{
  /** A path, or a bare name to look for on PATH. Undefined: search. */
  ffmpegPath?: string | undefined;
  ffprobePath?: string | undefined;
  /** Where the two paths come from, by the name of the setting, for messages. */
  origins?: Readonly<Record<string, string>>;
  /** The value of PATH; empty and relative entries are skipped. */
  pathVariable: string | undefined;
  platform: NodeJS.Platform;
  /** Searched after PATH. Default: Homebrew's. */
  fixedFolders?: readonly string[];
}>;

/**
 * Homebrew's folders, because cron and launchd start with PATH=/usr/bin:/bin:/usr/sbin:/sbin
 * (cli-player-ux.md §1.5). `ffmpeg-full` is keg-only: no link to it anywhere on PATH (§0.7).
 */
const HOMEBREW_FOLDERS = [
  '/opt/homebrew/bin',
  '/usr/local/bin',
  '/opt/homebrew/opt/ffmpeg-full/bin',
  '/usr/local/opt/ffmpeg-full/bin',
];

/**
 * Finds the two programs without starting any. A path that was given is taken or refused, never
 * replaced by another; else PATH is searched, then the Homebrew places. The ffprobe beside the ffmpeg
 * that was found comes before any other, so that both are of one version.
 * Throws `usage` with the install line of `platform` when one is missing.
 */
export async function findTools(options: FindToolsOptions): Promise<Tools> {
  const { fixedFolders = HOMEBREW_FOLDERS } = options;
  const folders = [...pathFolders(options.pathVariable), ...fixedFolders];
  const ffmpeg = await findProgram('ffmpeg', options.ffmpegPath, folders);
  if (ffmpeg === undefined && options.ffmpegPath !== undefined) throw wrongPath('ffmpeg', options);
  const nextToIt = ffmpeg === undefined ? [] : [dirname(ffmpeg)];
  const ffprobe = await findProgram('ffprobe', options.ffprobePath, [...nextToIt, ...folders]);
  if (ffprobe === undefined && options.ffprobePath !== undefined) {
    throw wrongPath('ffprobe', options);
  }
  if (ffmpeg === undefined || ffprobe === undefined) {
    throw missing({ ffmpeg, ffprobe }, options.platform, fixedFolders);
  }
  return { ffmpeg, ffprobe };
}

function pathFolders(pathVariable = ''): readonly string[] {
  return pathVariable.split(':').filter((folder) => isAbsolute(folder));
}

async function findProgram(
  name: string,
  given: string | undefined,
  folders: readonly string[],
): Promise<string | undefined> {
  const wanted = given ?? name;
  const candidates = wanted.includes('/')
    ? [resolve(wanted)]
    : folders.map((folder) => join(folder, wanted));
  for (const candidate of candidates) if (await isExecutable(candidate)) return candidate;
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile(); // a folder passes X_OK
  } catch {
    return false;
  }
}

function wrongPath(name: 'ffmpeg' | 'ffprobe', options: FindToolsOptions): IngestError {
  const setting = `${name}Path` as const;
  const origin = options.origins?.[setting] ?? `MOVIE_INGEST_${name.toUpperCase()}`;
  return new IngestError('usage', {
    what: `There is no program ${name} at ${options[setting]}`,
    why: `That path comes from ${origin}; it must be an executable file.`,
    fix: `Correct it, or leave it out to let movie-ingest search. To install: ${installLine(options.platform)}`,
    isOfThisMachine: true,
  });
}

function missing(
  found: Readonly<Record<'ffmpeg' | 'ffprobe', string | undefined>>,
  platform: NodeJS.Platform,
  fixedFolders: readonly string[],
): IngestError {
  const names = (['ffmpeg', 'ffprobe'] as const).filter((name) => found[name] === undefined);
  const setters = names.map((name) => `MOVIE_INGEST_${name.toUpperCase()}`).join(' and ');
  return new IngestError('usage', {
    what: `${names.join(' and ')} ${names.length === 1 ? 'was' : 'were'} not found`,
    why: `Searched ${['PATH', ...fixedFolders].join(', ')}.`,
    fix: `${installLine(platform)}   (or name ${names.length === 1 ? 'its place' : 'their places'} in ${setters})`,
    isOfThisMachine: true,
  });
}
