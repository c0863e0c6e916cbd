import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { glob } from 'tinyglobby';
import { IngestError } from '../errors.ts';
import { isFilmAddress } from '../sources/film-address.ts';

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
 * levels) in numeric order, so that `film 2` comes before `film 10`. Hidden files are passed over. An
 * address in a bucket is one film, and stays as it was typed.
 * What does not exist, a folder without films, and one that cannot be read are returned as they are:
 * `statFilm` tells what is wrong, and a batch goes on. Throws `usage` for no path at all and for a list
 * that cannot be read.
 */
export async function findFilms(options: FindFilmsOptions): Promise<readonly string[]> {
  const listed = options.fromFile === undefined ? [] : await readList(options);
  if (options.paths.length === 0 && options.fromFile === undefined) {
    throw new IngestError('usage', {
      what: 'no film was named',
      fix: 'Name files or folders: movie-ingest add film.mp4 ~/Films',
    });
  }
  if (options.paths.includes('')) {
    throw new IngestError('usage', {
      what: 'one of the films is an empty name',
      why: 'It would mean the current folder, with all that is in it; a variable of a script may be unset.',
      fix: 'If the folder is meant: movie-ingest add .',
    });
  }
  const films: string[] = [];
  for (const path of options.paths) films.push(...(await expand(path, options.cwd)));
  // Lists are made by programs: what looks like a pattern there is a name.
  for (const path of listed) {
    films.push(...(isFilmAddress(path) ? [path] : await filmsAt(resolve(options.cwd, path))));
  }
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
  if (nullSeparated !== true && content.includes('\0')) {
    throw new IngestError('usage', {
      what: `the paths in ${fromFile === '-' ? 'the list on stdin' : fromFile} end with NUL`,
      fix: 'Say so with -0, as in: find . -print0 | movie-ingest add --from-file - -0',
    });
  }
  return content.split(nullSeparated === true ? '\0' : /\r?\n/).filter((line) => line !== '');
}

async function expand(path: string, cwd: string): Promise<readonly string[]> {
  if (isFilmAddress(path)) return [path];
  const absolute = resolve(cwd, path);
  // A name with * or ? in it that exists is just a name; brackets alone are what films are tagged with.
  if (!/[*?]/.test(path) || (await isThere(absolute))) return filmsAt(absolute);
  const matches = await glob([path], { cwd, absolute: true, expandDirectories: false });
  return matches.length === 0 ? [absolute] : inNumericOrder(matches);
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** The films in a folder, or the path itself. */
async function filmsAt(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => undefined);
  const films = found?.isDirectory() === true ? await walk(path) : [];
  return films.length > 0 ? films : [path];
}

/** Links to folders are not followed: they may lead in circles. */
async function walk(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => undefined);
  if (names === undefined) return [folder];
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
