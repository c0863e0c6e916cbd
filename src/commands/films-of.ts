import { IngestError } from '../errors.ts';
import type { AddFlags } from './add.ts';
import { findFilms } from './find-films.ts';
import type { Session } from './session.ts';

/**
 * The films that a command is asked for, as `findFilms` has them. Throws `usage` also for a flag that
 * means one film where several were named.
 */
export async function filmsOf(
  paths: readonly string[],
  flags: AddFlags,
  session: Pick<Session, 'cwd' | 'stdin'>,
): Promise<readonly string[]> {
  const films = await findFilms({
    paths,
    fromFile: flags.fromFile,
    nullSeparated: flags.null,
    cwd: session.cwd,
    stdin: session.stdin,
  });
  refuseFlagsForOne(films, flags);
  return films;
}

function refuseFlagsForOne(films: readonly string[], flags: AddFlags): void {
  const given = (['title', 'description', 'slug', 'poster', 'subtitle'] as const).filter(
    (name) => flags[name] !== undefined,
  );
  if (films.length < 2 || given.length === 0) return;
  throw new IngestError('usage', {
    what: `--${given[0]} is for one film, and ${films.length} were named`,
    why: 'All of them would get the same one.',
    fix: 'Ingest that film by itself, or put a movie.json beside each film.',
  });
}
