import { beginRevision } from './ingest/begin-revision.ts';
import { beside } from './ingest/beside.ts';
import type { FencedContext, FilmContext, IngestContext, IngestRequest } from './ingest/context.ts';
import { findStanding } from './ingest/find-standing.ts';
import { type FilmIdentity, withoutBody } from './ingest/identify-film.ts';
import { inJournal } from './ingest/in-journal.ts';
import { makePackage } from './ingest/make-package.ts';
import { planFilm, planSource } from './ingest/plan-film.ts';
import { publishFilm } from './ingest/publish-film.ts';
import type { Published } from './ingest/published.ts';
import { remedies } from './ingest/remedies.ts';
import { removeStaged } from './ingest/remove-staged.ts';
import { replacePoster } from './ingest/replace-poster.ts';
import { canReportQuality, NO_LIBVMAF, NOT_MEASURED } from './ingest/report-quality.ts';
import { resultOf } from './ingest/result-of.ts';
import { ResumeError } from './ingest/resume-error.ts';
import { saveDocument } from './ingest/save-document.ts';
import { switchToComplete } from './ingest/switch-to-complete.ts';
import { type Aside, takeBeside } from './ingest/take-beside.ts';
import { tryPlans } from './ingest/try-plans.ts';
import { demandSame, type SourceWatch, withSourceWatch } from './ingest/watch-source.ts';
import { withSpaceWatch } from './ingest/watch-space.ts';
import { withFilmLocks } from './ingest/with-film-locks.ts';
import { withLocalFilm } from './ingest/with-local-film.ts';
import { withUploads } from './ingest/with-uploads.ts';
import {
  begunRevisions,
  clearWorkFolder,
  demandSpace,
  inWorkFolder,
  type WorkFolder,
} from './ingest/work-folder.ts';
import type { EventOf } from './model/event.ts';
import type { Plan } from './model/plan.ts';
import { keys } from './plan/keys.ts';
import { openFence } from './publish/replace-object.ts';

/**
 * The way of one film, from a file to a document that plays. The one place that knows the order of the
 * stages. Whatever stops it, the same call goes on: what is done is asked of the world (segments on disk,
 * objects in the store, the document), never of a state file. A film that is in already costs two reads.
 *
 * Throws IngestError. Nothing that a viewer can reach was changed then, unless its exit is `catalog`:
 * the film is published, and only its document is missing.
 */
export async function ingest(
  request: IngestRequest,
  context: IngestContext,
): Promise<EventOf<'result'>> {
  const startedAt = performance.now();
  const { report } = context;
  report({ type: 'step', step: 'probe' });
  return withFilmLocks(request, context, async (film, locked) => {
    await context.reachStore();
    const standing = await findStanding(request, film, locked);
    if (standing !== undefined && request.reportQuality) report(NOT_MEASURED);
    const published = await (standing === undefined
      ? withLocalFilm({ request, film, context: locked }, (local) =>
          ingestAnew(local, film, locked),
        )
      : replacePoster(standing, { request, film, context: locked }));
    // Of a run that was killed after its film was in, nobody goes on from it.
    await clearWorkFolder(film.slug, context);
    report({ type: 'step', step: 'catalog' });
    await locked.demandLock();
    const saved = await saveDocument(published, locked);
    await removeStaged(film, locked);
    report({ type: 'saved', slug: film.slug, catalog: context.catalog.name, outcome: saved });
    const elapsedMs = performance.now() - startedAt;
    const change = standing === undefined ? 'film' : published === standing ? undefined : 'poster';
    const { movie } = published;
    const result = resultOf({ path: request.path, film, movie, change, saved, elapsedMs, context });
    report(result);
    return result;
  });
}

/** Plan, encode, upload, gate, publish: everything but the document in the catalogue. */
async function ingestAnew(
  request: IngestRequest,
  film: FilmIdentity,
  context: FilmContext,
): Promise<Published> {
  const first = await planReady(request, film, context);
  const { source } = first;
  const fence = await openFence(
    context.store,
    [keys.master(film.slug), keys.poster(film.slug)],
    context,
  );
  const { allowDamaged } = request;
  await demandSame({ ...source, fingerprint: film.fingerprint }); // of when its slug was chosen
  return withSourceWatch({ source, allowDamaged, context }, (watch, signal) => {
    const watched = { ...context, fence, begunHere: new Set<string>(), signal };
    let mayGoOn = true;
    return tryPlans(first, {
      attempt: (plan) =>
        carryOut(plan, { request, film, watch, mayGoOn, context: watched }).catch((error) => {
          if (error instanceof ResumeError) mayGoOn = false;
          throw error;
        }),
      remedies: remedies(context.settings),
      replan: (lessons) => planSource({ ...wishes(request, film), source, lessons }, watched),
      report: context.report,
      signal,
    });
  });
}

type Attempt = Readonly<{
  request: IngestRequest;
  film: FilmIdentity;
  watch: SourceWatch;
  mayGoOn: boolean;
  context: FencedContext;
}>;

/** One plan, from its first frame to its master in the store. */
async function carryOut(planned: Plan, attempt: Attempt): Promise<Published> {
  const { request, film, context } = attempt;
  const begun = await begunRevisions(planned.slug, context);
  const complete = await switchToComplete(planned, { request, film, begun }, context);
  if (complete !== undefined) return complete;
  const { plan, takenOver } = await beginRevision(planned, context);
  return inJournal(plan, context, () =>
    inWorkFolder(plan, context, (folder) =>
      withSpaceWatch(plan, context, (watched) =>
        // Poster and subtitles beside the encode: a poster that cannot be made stops it at its start.
        beside(
          watched,
          (signal) =>
            takeBeside({ request, film, plan, dir: folder.dir, context: { ...context, signal } }),
          (signal, aside) =>
            encodeAndPublish({ ...attempt, plan, takenOver, folder, aside, signal }),
        ),
      ),
    ),
  );
}

type Encoding = Attempt &
  Readonly<{
    plan: Plan;
    takenOver: readonly string[];
    folder: WorkFolder;
    aside: Promise<Aside>;
    signal: AbortSignal;
  }>;

async function encodeAndPublish(attempt: Encoding): Promise<Published> {
  const { request, film, plan, takenOver, folder, mayGoOn, watch, signal } = attempt;
  const context = { ...attempt.context, signal };
  return withUploads({ plan, takenOver }, context, async (uploads) => {
    const { overlap, dropUploaded, stallMs, reportQuality } = request;
    const subtitles = attempt.aside.then((aside) => aside.subtitles);
    subtitles.catch(() => {}); // an encode that fails first never asks for them
    const made = await makePackage({
      plan,
      folder,
      mayGoOn,
      uploads,
      overlap,
      dropUploaded,
      stallMs,
      reportsQuality: reportQuality && (await canReportQuality(context)),
      watch,
      subtitles,
      context,
    });
    const { poster } = await attempt.aside;
    const damage = await watch.finish();
    return publishFilm({ request, film, plan, poster, package: made, damage, uploads, context });
  });
}

/** The plan, with all that can fail early behind it. */
async function planReady(
  request: IngestRequest,
  film: FilmIdentity,
  context: IngestContext,
): Promise<Plan> {
  const { store, report } = context;
  const plan = await planFilm({ path: request.path, ...wishes(request, film) }, context);
  if (request.reportQuality && !(await canReportQuality(context))) report(NO_LIBVMAF);
  report({ type: 'step', step: 'preflight' });
  await context.preflight();
  const freeBytes = await demandSpace(plan, request, context);
  report({ type: 'ready', store: store.name, catalog: context.catalog.name, freeBytes });
  return plan;
}

/** What a plan depends on beside the film itself. */
function wishes({ burnSubtitle }: IngestRequest, { slug, subtitleFiles }: FilmIdentity) {
  return { slug, subtitleFiles: subtitleFiles.map(withoutBody), burnSubtitle };
}
