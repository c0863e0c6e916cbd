import type { ExitName } from '../errors.ts';
import { parseDuration } from '../lib/parse-duration.ts';
import { sync } from '../library/sync.ts';
import type { Allowed } from '../reconcile/decide.ts';
import { parseLossLimit } from '../reconcile/loss-limit.ts';
import { withLibrary } from './open-library.ts';
import type { CommonFlags, Session } from './session.ts';

export type SyncFlags = CommonFlags &
  Readonly<{
    check?: boolean;
    rebuild?: boolean;
    repair?: boolean;
    prune?: boolean;
    purge?: boolean;
    rewriteUrls?: boolean;
    fixHeaders?: boolean;
    maxDelete?: string;
    /** How long nobody may have touched what is pruned or purged. */
    grace?: string;
    wait?: string;
  }>;

const GRACE_MS = 24 * 3_600_000;

/**
 * `movie-ingest sync`: makes outbox, store and catalogue agree, and tells each film's state on a line.
 * With `--check` it only tells. Exit `drift` when something untrue is left.
 */
export async function runSync(flags: SyncFlags, session: Session): Promise<ExitName> {
  return syncWith(flags, session, {
    allowed: allowedBy(flags),
    leftoversOnly: false,
    slugs: [],
  });
}

/** `movie-ingest gc [slug…]`: removes old revisions, orphans and deleted films after their grace. */
export async function runGc(
  slugs: readonly string[],
  flags: SyncFlags,
  session: Session,
): Promise<ExitName> {
  const allowed = { ...allowedBy(flags), prune: true, purge: true };
  return syncWith(flags, session, { allowed, leftoversOnly: true, slugs });
}

type Scope = Readonly<{ allowed: Allowed; leftoversOnly: boolean; slugs: readonly string[] }>;

async function syncWith(flags: SyncFlags, session: Session, scope: Scope): Promise<ExitName> {
  const limit = flags.maxDelete === undefined ? undefined : parseLossLimit(flags.maxDelete);
  const waitMs = flags.wait === undefined ? 0 : parseDuration(flags.wait);
  return withLibrary(flags, session, async (context) => {
    const check = flags.check === true;
    const tally = await sync({ ...scope, check, limit, waitMs }, context);
    tally.end();
    return tally.exit;
  });
}

function allowedBy(flags: SyncFlags): Allowed {
  return {
    rebuild: flags.rebuild === true,
    repair: flags.repair === true,
    prune: flags.prune === true,
    purge: flags.purge === true,
    rewriteUrls: flags.rewriteUrls === true,
    fixHeaders: flags.fixHeaders === true,
    graceMs: flags.grace === undefined ? GRACE_MS : parseDuration(flags.grace),
    nowMs: Date.now(),
  };
}
