import { readRevision } from '../hls/read-playlist.ts';
import type { Movie } from '../model/movie.ts';
import type { Plan } from '../model/plan.ts';
import { publicUrl } from '../model/store.ts';
import { keys, objectHeaders } from '../plan/keys.ts';
import { republish } from '../publish/publish.ts';
import { readManifest } from '../publish/read-published.ts';
import type { IngestContext, IngestRequest } from './context.ts';
import { movieFromManifest } from './manifest-movie.ts';

/**
 * Publishes the planned revision without encoding, if all of it is in the store already: a run was cut
 * off just before the switch, or the settings are those of an earlier revision. Undefined when there is
 * nothing complete, when it is what viewers have and was found wanting, or with `--force`.
 */
export async function switchToComplete(
  plan: Plan,
  { force }: IngestRequest,
  { store, report, signal }: IngestContext,
): Promise<Movie | undefined> {
  if (force) return undefined;
  const manifestKey = keys.manifest(plan.slug, plan.revision);
  const masterKey = keys.master(plan.slug);
  const manifest = await readManifest(store, manifestKey, signal);
  if (manifest === undefined || readRevision(manifest.master) !== plan.revision) return undefined;
  report({ type: 'step', step: 'publish' });
  try {
    await republish(
      {
        store,
        prefix: keys.revision(plan.slug, plan.revision),
        masterKey,
        manifestKey,
        headersFor: objectHeaders,
        signal,
      },
      manifest,
    );
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    report({ type: 'warning', message: `revision ${plan.revision} is encoded again: ${why}` });
    return undefined;
  }
  report({ type: 'published', hlsUrl: publicUrl(store, masterKey) });
  return movieFromManifest(manifest);
}
