import { IngestError } from '../errors.ts';
import { removeStaged } from '../ingest/remove-staged.ts';
import { unlessHeld } from '../ingest/unless-held.ts';
import { clearScratch } from '../ingest/with-local-film.ts';
import { clearWorkFolder } from '../ingest/work-folder.ts';
import type { FilmJob } from '../model/film-job.ts';
import type { Settings } from '../model/settings.ts';
import type { FilmQueue } from '../queue/open-queue.ts';
import { isFilmAddress, parseFilmAddress } from '../sources/film-address.ts';
import type { Places } from './open-places.ts';
import { sharedLibrary } from './shared-library.ts';

type Here = Places & Readonly<{ settings: Settings; signal: AbortSignal }>;

/** Whether another job is of the same object: two presets of one film are staged once. */
export async function isWantedBy(queue: FilmQueue, id: string, job: FilmJob): Promise<boolean> {
  const others = (await queue.list()).filter((other) => other.id !== id);
  return others.some(
    ({ film, state }) =>
      film?.source.uri === job.source.uri &&
      film.cancelledBy === undefined &&
      state !== 'completed',
  );
}

/**
 * Removes from the inbox a film that was cancelled. False when it may still be there: this machine is of
 * another library than the job, or its store is out of reach.
 */
export async function discardStaged({ source, storage }: FilmJob, here: Here): Promise<boolean> {
  if (!isFilmAddress(source.uri)) return true;
  try {
    const { profile } = await sharedLibrary(here, { isMarked: false });
    if (profile !== storage.profile) return false;
    const remote = { address: parseFilmAddress(source.uri) };
    return await removeStaged({ remote, fingerprint: source.fingerprint }, here);
  } catch (error) {
    here.signal.throwIfAborted();
    if (!(error instanceof IngestError)) throw error;
    return false;
  }
}

/** Removes what this machine has of a film that was cancelled, unless another run is at it by now. */
export async function discardWork({ slug, source }: FilmJob, here: Here): Promise<void> {
  await unlessHeld(slug, here, async () => {
    await clearWorkFolder(slug, here);
    await clearScratch(source.fingerprint, here);
  });
}
