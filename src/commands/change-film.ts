import { type ExitName, IngestError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';
import { parseDuration } from '../lib/parse-duration.ts';
import type { LibraryContext } from '../library/context.ts';
import { demandFilm } from '../library/demand-film.ts';
import { editFilm } from '../library/edit-film.ts';
import type { Film } from '../library/look-at-film.ts';
import { removeFilm } from '../library/remove-film.ts';
import { restoreFilm } from '../library/restore-film.ts';
import { rollBack } from '../library/roll-back.ts';
import { withFilmLock } from '../library/with-film-lock.ts';
import type { EventOf } from '../model/event.ts';
import type { EditorialFields } from '../model/movie.ts';
import { confirm } from './confirm.ts';
import { withLibrary } from './open-library.ts';
import type { CommonFlags, Session } from './session.ts';

export type ChangeFlags = CommonFlags & Readonly<{ wait?: string }>;
export type RemoveFlags = ChangeFlags & Readonly<{ yes?: boolean }>;
export type EditFlags = ChangeFlags & Readonly<{ title?: string; description?: string }>;

type Told = Pick<EventOf<'difference'>, 'mark' | 'kind' | 'detail'> & Readonly<{ fix?: string }>;

/** `movie-ingest rm <slug>`: takes a film from viewers; `restore` brings it back until it is purged. */
export async function runRemove(
  slug: string,
  flags: RemoveFlags,
  session: Session,
): Promise<ExitName> {
  return changeFilm({ slug, what: `removing ${slug}`, flags, session }, async (film, context) => {
    const { store, document } = film.state;
    const isGone = store.deletedAtMs !== undefined && store.master === 'absent';
    const fix = context.commandHere('restore', slug);
    if (isGone && (document === undefined || document.status === 'deleted')) {
      return { mark: '=', kind: 'removed', detail: 'is removed already', fix };
    }
    if (flags.yes !== true) await confirm(`Take ${slug} from viewers?`, session);
    await removeFilm(film, { nowMs: Date.now() }, context);
    return { mark: '-', kind: 'removed', detail: 'taken from viewers; purged by gc later', fix };
  });
}

/** `movie-ingest restore <slug>`: brings back what `rm` took away. */
export async function runRestore(
  slug: string,
  flags: ChangeFlags,
  session: Session,
): Promise<ExitName> {
  return changeFilm({ slug, what: `restoring ${slug}`, flags, session }, async (film, context) =>
    (await restoreFilm(film, context))
      ? { mark: '+', kind: 'restored', detail: 'is there again' }
      : { mark: '=', kind: 'restored', detail: 'is not removed' },
  );
}

/** `movie-ingest rollback <slug> [revision]`: gives viewers another revision of a film. */
export async function runRollback(
  slug: string,
  revision: string | undefined,
  flags: ChangeFlags,
  session: Session,
): Promise<ExitName> {
  const kind = 'rolled back';
  return changeFilm(
    { slug, what: `rolling back ${slug}`, flags, session },
    async (film, context) => {
      const switched = await rollBack(film, revision, context);
      return switched === undefined
        ? { mark: '=', kind, detail: 'viewers have that revision' }
        : { mark: '*', kind, detail: `${switched.from ?? 'nothing'} → ${switched.to}` };
    },
  );
}

/** `movie-ingest edit <slug> --title …`: changes single fields, in the catalogue and in the manifest. */
export async function runEdit(slug: string, flags: EditFlags, session: Session): Promise<ExitName> {
  const fields = fieldsOf(flags);
  return changeFilm({ slug, what: `editing ${slug}`, flags, session }, async (film, context) => {
    const outcome = await editFilm(film, fields, context);
    const detail = Object.keys(fields).join(', ');
    return outcome === 'unchanged'
      ? { mark: '=', kind: 'edited', detail: `${detail} as before` }
      : { mark: '*', kind: 'edited', detail };
  });
}

/** As `add` takes them: clean, and a title is never empty. */
function fieldsOf({ title, description }: EditFlags): Partial<EditorialFields> {
  const fields = {
    ...(title === undefined ? {} : { title: cleanText(title, { maxLength: 200 }) }),
    ...(description === undefined
      ? {}
      : { description: cleanText(description, { maxLength: 5_000 }) }),
  };
  if (Object.keys(fields).length > 0 && fields.title !== '') return fields;
  throw new IngestError('usage', {
    what: fields.title === '' ? 'a title cannot be empty' : 'nothing was said to be changed',
    fix: 'Say what: movie-ingest edit SLUG --title "New title"',
  });
}

type Change = Readonly<{
  slug: string;
  /** For others who meet the lock. */
  what: string;
  flags: ChangeFlags;
  session: Session;
}>;

async function changeFilm(
  { slug, what, flags, session }: Change,
  work: (film: Film, context: LibraryContext) => Promise<Told>,
): Promise<ExitName> {
  const waitMs = flags.wait === undefined ? 0 : parseDuration(flags.wait);
  return withLibrary(flags, session, async (context) => {
    await demandFilm(slug, context); // a name that is none must not become a lock
    await withFilmLock({ slug, what, waitMs }, context, async (locked) => {
      const told = await work(await demandFilm(slug, locked), locked);
      context.report({ type: 'difference', slug, done: told.mark !== '=', ...told });
    });
    return 'ok';
  });
}
