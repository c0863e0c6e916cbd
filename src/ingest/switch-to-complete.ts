import { IngestError } from '../errors.ts';
import { readRevision } from '../hls/read-playlist.ts';
import { movieFromJson } from '../model/movie-json.ts';
import type { Plan } from '../model/plan.ts';
import { publicUrl } from '../model/store.ts';
import { keys, objectHeaders } from '../plan/keys.ts';
import { republish } from '../publish/publish.ts';
import { putManifest } from '../publish/put-manifest.ts';
import { readManifest } from '../publish/read-published.ts';
import type { FencedContext, IngestRequest } from './context.ts';
import { withGivenNames } from './find-standing.ts';
import type { FilmIdentity } from './identify-film.ts';
import type { Published } from './published.ts';

export type SwitchOptions = Readonly<{
  request: IngestRequest;
  film: Pick<FilmIdentity, 'sidecar'>;
  /** Revisions that runs were cut off at. */
  begun: readonly string[];
}>;

/**
 * Publishes a revision of the plan without encoding, if all of it is in the store already: a run was cut
 * off just before the switch (one with `--force` too, which has left its work folder), or the settings
 * are those of an earlier revision. Undefined when there is nothing complete.
 */
export async function switchToComplete(
  plan: Plan,
  options: SwitchOptions,
  context: FencedContext,
): Promise<Published | undefined> {
  const { force } = options.request;
  // The plain one is no work of `--force`: that is what it is to replace.
  const candidates = [
    ...options.begun.filter((revision) => isOfPlan(revision, plan)),
    plan.revision,
  ].filter((revision) => !force || revision !== plan.revision);
  for (const revision of new Set(candidates)) {
    const published = await switchTo(revision, { ...options, plan, context });
    if (published !== undefined) return published;
  }
  return undefined;
}

/** `r-0123456789`, or with `-2` … behind it. */
function isOfPlan(revision: string, plan: Plan): boolean {
  return revision === plan.revision || revision.startsWith(`${plan.revision}-`);
}

async function switchTo(
  revision: string,
  {
    plan,
    request,
    film,
    context,
  }: SwitchOptions & Readonly<{ plan: Plan; context: FencedContext }>,
): Promise<Published | undefined> {
  const { store, report, signal, demandLock, fence } = context;
  const manifestKey = keys.manifest(plan.slug, revision);
  const masterKey = keys.master(plan.slug);
  const found = await readManifest(store, manifestKey, signal);
  if (found === undefined || readRevision(found.master) !== revision) return undefined;
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
        prefix: keys.revision(plan.slug, revision),
        masterKey,
        manifestKey,
        headersFor: objectHeaders,
        fence,
        signal,
      },
      manifest,
    );
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof IngestError && error.exit === 'locked') throw error;
    const why = error instanceof Error ? error.message : String(error);
    report({ type: 'warning', message: `revision ${revision} is encoded again: ${why}` });
    return undefined;
  }
  report({ type: 'published', hlsUrl: publicUrl(store, masterKey) });
  return { manifest, movie: withGivenNames(movieFromJson(manifest.movie), request, film) };
}
