import type { ExitName } from '../errors.ts';
import { demandFilm } from '../library/demand-film.ts';
import { listRevisions } from '../library/list-revisions.ts';
import { printRevisions } from '../ui/print-revisions.ts';
import { withLibrary } from './open-library.ts';
import type { CommonFlags, Session } from './session.ts';

/** `movie-ingest revisions <slug>`: what can be switched to, the latest first. */
export async function runRevisions(
  slug: string,
  flags: CommonFlags,
  session: Session,
): Promise<ExitName> {
  return withLibrary(flags, session, async (context) => {
    const revisions = await listRevisions(await demandFilm(slug, context), context);
    const { columns } = session;
    session.print(
      session.isJson
        ? revisions.map((it) => `${JSON.stringify({ type: 'revision', slug, ...it })}\n`).join('')
        : printRevisions(revisions, { columns, paint: session.paintFor(session.stdout) }),
    );
    return 'ok';
  });
}
