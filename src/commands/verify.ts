import { type ExitName, IngestError } from '../errors.ts';
import { demandFilm } from '../library/demand-film.ts';
import { verify } from '../library/verify.ts';
import { withLibrary } from './open-library.ts';
import type { CommonFlags, Session } from './session.ts';

export type VerifyFlags = CommonFlags &
  Readonly<{
    all?: boolean;
    deep?: boolean;
    public?: boolean;
  }>;

/**
 * `movie-ingest verify [slug…|--all]`: holds films against their manifests and their documents, and
 * tells what is damaged and what mends it. Exit `drift` when anything is. Writes nothing.
 */
export async function runVerify(
  slugs: readonly string[],
  flags: VerifyFlags,
  session: Session,
): Promise<ExitName> {
  refuseUnclear(slugs, flags);
  return withLibrary(flags, session, async (context) => {
    for (const slug of slugs) await demandFilm(slug, context);
    const tally = await verify(
      {
        slugs,
        deep: flags.deep === true,
        viaPublicUrl: flags.public === true,
        nowMs: Date.now(),
      },
      context,
    );
    tally.end();
    return tally.exit;
  });
}

function refuseUnclear(slugs: readonly string[], { all }: VerifyFlags): void {
  if (slugs.length > 0 !== (all === true)) return;
  throw new IngestError('usage', {
    what: all === true ? '--all and single films exclude one another' : 'no film was named',
    fix: 'Name films by their slugs, or all of them: movie-ingest verify --all',
  });
}
