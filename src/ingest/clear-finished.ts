import { readRevision } from '../hls/read-playlist.ts';
import { keys } from '../plan/keys.ts';
import { readPublished } from '../publish/read-published.ts';
import type { IngestContext } from './context.ts';
import { unlessHeld } from './unless-held.ts';
import { clearScratch } from './with-local-film.ts';
import { attemptsBySlug, removeAttempts } from './work-folder.ts';

type Here = Pick<IngestContext, 'settings' | 'store' | 'locks' | 'signal'>;

/**
 * Removes what attempts of this machine have left of films that are in by now: one that was killed, and
 * another machine went on with its film. What is not in stays, for the next attempt to go on from, as do
 * attempts at something else than what is in; a film that somebody is at is left alone. Answers with the
 * slugs. Throws what the store throws.
 */
export async function clearFinished(here: Here): Promise<readonly string[]> {
  const cleared: string[] = [];
  for (const slug of (await attemptsBySlug(here)).keys()) {
    if ((await unlessHeld(slug, here, () => clearIfIn(slug, here))) === true) cleared.push(slug);
  }
  return cleared;
}

async function clearIfIn(slug: string, here: Here): Promise<boolean> {
  const { store, signal } = here;
  const published = await readPublished(store, {
    masterKey: keys.master(slug),
    manifestKey: (revision) => keys.manifest(slug, revision),
    readRevision,
    signal,
  });
  if (published === undefined) return false;
  const { recipe, fingerprint } = published.manifest;
  // Asked again under the lock: whoever had it may have made other attempts.
  const attempts = (await attemptsBySlug(here)).get(slug) ?? [];
  const finished = attempts.filter((attempt) => attempt.recipe === recipe);
  if (finished.length === 0) return false;
  await removeAttempts(slug, finished, here);
  if (finished.length === attempts.length) await clearScratch(fingerprint, here);
  return true;
}
