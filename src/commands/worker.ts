import { hostname } from 'node:os';
import { type ExitName, IngestError } from '../errors.ts';
import { clearFinished } from '../ingest/clear-finished.ts';
import type { Report } from '../model/event.ts';
import type { FilmJob } from '../model/film-job.ts';
import type { Settings } from '../model/settings.ts';
import type { FilmQueue } from '../queue/open-queue.ts';
import { work } from '../queue/work.ts';
import { parsePathRule } from '../sources/map-path.ts';
import { errorEvent } from '../ui/error-event.ts';
import { discardStaged, discardWork, isWantedBy } from './discard-film.ts';
import { openContext } from './open-context.ts';
import type { PresetFlags } from './preset-with.ts';
import type { CommonFlags, Session } from './session.ts';
import { takeFilm } from './take-film.ts';
import { withPlaces } from './with-places.ts';
import { withQueue } from './with-queue.ts';

export type WorkerFlags = CommonFlags &
  PresetFlags &
  Readonly<{
    concurrency?: string;
    /** Each as typed: `/Volumes/films=/mnt/films`. */
    pathMap?: readonly string[];
    allowLossyRedis?: boolean;
  }>;

/**
 * `movie-ingest worker`: makes the films of the queue, as `add` would here, until it is stopped. Its
 * encoder, store and catalogue are proved before it takes a job. What it cannot do it gives back.
 */
export async function runWorker(flags: WorkerFlags, session: Session): Promise<ExitName> {
  const concurrency = parseConcurrency(flags.concurrency ?? '1');
  const pathRules = (flags.pathMap ?? []).map(parsePathRule);
  const settings = await session.open(flags);
  return withQueue({ settings, session, isPatient: true }, async (queue, timing) => {
    await demandTrust(queue, flags, session);
    await clearHere(settings, session);
    const report = concurrency === 1 ? session.report : withoutProgress(session.report);
    return work({
      queue,
      timing,
      concurrency,
      name: `${hostname()}/${process.pid}`,
      take: async (job, own) => {
        const result = await takeFilm(job, {
          settings,
          flags,
          pathRules,
          session: sessionOf(session, own),
          // A worker that was killed has its lease for as long as a lock.
          waitMs: 1.5 * timing.lockMs,
        });
        await clearHere(settings, session);
        return result;
      },
      discard: (id, job) => discardHere(id, job, { queue, settings, session }),
      prove: () => prove(settings, flags, session),
      toEvent: (error, file) => errorEvent(error, { file, verbose: flags.verbose === true }),
      redact: session.redact,
      report,
      signal: session.signal,
    });
  });
}

/**
 * A worker that was killed leaves gigabytes of a film that another machine finishes. Never throws: no job
 * fails for them, least of all one that is done.
 */
async function clearHere(settings: Settings, session: Session): Promise<void> {
  const clearing = withPlaces(settings, session, (places) =>
    clearFinished({ ...places, settings, signal: session.signal }),
  );
  await clearing.catch(() => {});
}

type Discarding = Readonly<{ queue: FilmQueue; settings: Settings; session: Session }>;

async function discardHere(id: string, job: FilmJob, discarding: Discarding): Promise<void> {
  const { queue, settings, session } = discarding;
  await withPlaces(settings, session, async (places) => {
    const context = { ...places, settings, signal: session.signal };
    await discardWork(job, context);
    if (!(await isWantedBy(queue, id, job))) await discardStaged(job, context);
  });
}

function sessionOf(
  { redact, environment, cwd }: Session,
  own: Readonly<{ signal: AbortSignal; report: Report }>,
) {
  return { redact, environment, cwd, ...own };
}

/** Work of several films at once has no bars: nobody could tell whose they are. */
function withoutProgress(report: Report): Report {
  const ofProgress = new Set(['step', 'encode.progress', 'upload.progress']);
  return (event) => {
    if (!ofProgress.has(event.type)) report(event);
  };
}

/** Throws what would keep this machine from making any film. */
async function prove(settings: Settings, flags: WorkerFlags, session: Session): Promise<void> {
  const context = await openContext(settings, flags, session);
  try {
    await context.toolchain();
    await context.reachStore();
    await context.preflight();
  } finally {
    await context.close();
  }
}

/** Films are lost in a Redis that forgets: not with this worker, unless it was told otherwise. */
async function demandTrust(queue: FilmQueue, flags: WorkerFlags, session: Session): Promise<void> {
  const { faults, warnings } = await queue.judge();
  for (const warning of warnings) session.report({ type: 'warning', ...warning });
  for (const { what, why, fix } of faults) {
    const message = `the Redis at ${queue.name} ${what}`;
    if (flags.allowLossyRedis !== true) {
      throw new IngestError('queue', {
        what: message,
        why,
        fix: `${fix}. To work with it as it is: --allow-lossy-redis`,
      });
    }
    session.report({ type: 'warning', message, fix });
  }
}

function parseConcurrency(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 16) return count;
  throw new IngestError('usage', {
    what: '--concurrency is not a number of films',
    fix: 'Write a whole number from 1 to 16; one film keeps a machine busy',
  });
}
