import { readRevision } from '../hls/read-playlist.ts';
import { movieFromJson } from '../model/movie-json.ts';
import type { Plan } from '../model/plan.ts';
import { publicUrl } from '../model/store.ts';
import { keys, objectHeaders } from '../plan/keys.ts';
import { republish } from '../publish/publish.ts';
import { putManifest } from '../publish/put-manifest.ts';
import { readManifest } from '../publish/read-published.ts';
import type { FilmContext, IngestRequest } from './context.ts';
import { withGivenNames } from './find-standing.ts';
import type { FilmIdentity } from './identify-film.ts';
import type { Published } from './published.ts';

/**
 * Publishes the planned revision without encoding, if all of it is in the store already: a run was cut
 * off just before the switch, or the settings are those of an earlier revision. Undefined when there is
 * nothing complete, when it is what viewers have and was found wanting, or with `--force`.
 */
export async function switchToComplete(
  plan: Plan,
  request: IngestRequest,
  film: Pick<FilmIdentity, 'sidecar'>,
  { store, report, signal, demandLock }: FilmContext,
): Promise<Published | undefined> {
  if (request.force) return undefined;
  const manifestKey = keys.manifest(plan.slug, plan.revision);
  const masterKey = keys.master(plan.slug);
  const found = await readManifest(store, manifestKey, signal);
  if (found === undefined || readRevision(found.master) !== plan.revision) return undefined;
  // Not of a film that `rm` took away: it is wanted again.
  const { deleted_at: deletedAt, ...manifest } = found;
  report({ type: 'step', step: 'publish' });
  await demandLock();
  try {
    if (deletedAt !== undefined) {
      await putManifest(store, manifest, { key: manifestKey, headersFor: objectHeaders, signal });
    }
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
  return { manifest, movie: withGivenNames(movieFromJson(manifest.movie), request, film) };
}
