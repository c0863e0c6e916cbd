import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { glob, isDynamicPattern } from 'tinyglobby';
import { IngestError } from '../errors.ts';

/** What a film file is called. A file that is named outright is taken whatever its ending. */
const FILM_NAME =
  /\.(mp4|m4v|mov|qt|mkv|webm|avi|mpg|mpeg|m2v|vob|ts|m2ts|mts|wmv|asf|flv|f4v|3gp|3g2|ogv|mxf|divx)$/i;

export type FindFilmsOptions = Readonly<{
  /** As typed: files, folders, or patterns that a shell did not expand. */
  paths: readonly string[];
  /** `--from-file`: a file of paths, `-` for stdin. */
  fromFile?: string | undefined;
  /** `-0`: the paths in it end with NUL instead of a line end. */
  nullSeparated?: boolean | undefined;
  cwd: string;
  stdin: NodeJS.ReadableStream;
}>;

/**
 * The films that a command line means, absolute, each once, in the order given; inside a folder (all
 * levels) in numeric order, so that `film 2` comes before `film 10`. Hidden files are passed over. A
 * file that does not exist is returned as it is: reading it gives the error, and a batch goes on.
 * Throws `usage` for no path at all and for a list that cannot be read, `film` for a folder without
 * films.
 */
export async function findFilms(options: FindFilmsOptions): Promise<readonly string[]> {
  const listed = options.fromFile === undefined ? [] : await readList(options);
  const paths = [...options.paths, ...listed];
  if (paths.length === 0 && options.fromFile === undefined) {
    throw new IngestError('usage', {
      what: 'no film was named',
      fix: 'Name files or folders: movie-ingest add film.mp4 ~/Films',
    });
  }
  const films: string[] = [];
  for (const path of paths) films.push(...(await expand(path, options.cwd)));
  return [...new Set(films)];
}

async function readList({ fromFile, nullSeparated, cwd, stdin }: FindFilmsOptions) {
  const content =
    fromFile === '-'
      ? await text(stdin)
      : await readFile(resolve(cwd, fromFile ?? ''), 'utf8').catch((cause: Error) => {
          throw new IngestError('usage', {
            what: `the list ${fromFile} cannot be read`,
            why: cause.message,
            cause,
          });
        });
  return content.split(nullSeparated === true ? '\0' : /\r?\n/).filter((line) => line !== '');
}

async function expand(path: string, cwd: string): Promise<readonly string[]> {
  const absolute = isAbsolute(path) ? path : resolve(cwd, path);
  const found = await stat(absolute).catch(() => undefined);
  if (found?.isDirectory() === true) return filmsIn(absolute, path);
  // A name with * or ? in it that exists is just a name.
  if (found !== undefined || !isDynamicPattern(path)) return [absolute];
  const matches = await glob([path], { cwd, absolute: true, expandDirectories: false });
  return matches.length === 0 ? [absolute] : inNumericOrder(matches);
}

async function filmsIn(folder: string, asTyped: string): Promise<readonly string[]> {
  const films = await walk(folder);
  if (films.length > 0) return films;
  throw new IngestError('film', {
    what: `the folder ${asTyped} has no films`,
    why: 'No file in it ends like a film: .mp4, .mkv, .mov and so on.',
  });
}

/** Links to folders are not followed: they may lead in circles. */
async function walk(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  const films: string[] = [];
  for (const name of inNumericOrder(names)) {
    if (name.startsWith('.')) continue;
    const path = join(folder, name);
    const entry = await lstat(path).catch(() => undefined);
    if (entry?.isDirectory() === true) films.push(...(await walk(path)));
    else if (FILM_NAME.test(name)) films.push(path);
  }
  return films;
}

function inNumericOrder(names: readonly string[]): readonly string[] {
  const { compare } = new Intl.Collator('en', { numeric: true });
  return [...names].sort(compare);
}
