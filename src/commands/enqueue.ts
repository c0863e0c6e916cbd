import { type ExitName, IngestError } from '../errors.ts';
import { parseDuration } from '../lib/parse-duration.ts';
import type { Report } from '../model/event.ts';
import type { Settings } from '../model/settings.ts';
import { followJob } from '../queue/follow-job.ts';
import { jobId } from '../queue/job-id.ts';
import { type FilmQueue, USUAL_PRIORITY } from '../queue/open-queue.ts';
import type { AddFlags } from './add.ts';
import { addAll, type Batch, stopsTheRun } from './add-all.ts';
import { type Asked, askedWith } from './asked-with.ts';
import { filmsOf } from './films-of.ts';
import { openContext } from './open-context.ts';
import type { Session } from './session.ts';
import { toJob } from './to-job.ts';
import { withNotice } from './with-notice.ts';
import { withQueue } from './with-queue.ts';

/** The highest that BullMQ takes. */
const LAST_PRIORITY = 2 ** 21;

type Enqueued = Readonly<{ id: string; slug: string }>;

type Handing = Readonly<{
  queue: FilmQueue;
  /** Hands one film in. */
  enqueue: (path: string) => Promise<Enqueued>;
  flags: AddFlags;
  session: Session;
  report: Report;
}>;

/**
 * `movie-ingest add --queue`: hands films in, for workers to make. What can fail early fails here: a film
 * that cannot be read, store and catalogue that cannot be written, a queue that is away. With `--wait`
 * each film is followed, and the run ends as `add` would here.
 */
export async function runEnqueue(
  words: readonly string[],
  given: AddFlags,
  { settings, session }: Readonly<{ settings: Settings; session: Session }>,
): Promise<ExitName> {
  const { paths, flags } = takeBackPath(words, given);
  const waitMs = typeof flags.wait === 'string' ? parseDuration(flags.wait) : undefined;
  const asked = askedWith({ ...flags, wait: false });
  const priority = parsePriority(flags.priority);
  demandSomebodyWaits(flags);
  const films = await filmsOf(paths, flags, session);
  const noticing = { isWanted: flags.notify === true, session, films };
  const { report } = session;
  return withNotice({ report }, noticing, (noticed) =>
    enqueueAll(films, { asked, priority, waitMs, flags, settings, session, ...noticed }),
  );
}

type Wanted = Readonly<{
  asked: Asked;
  priority: number;
  waitMs: number | undefined;
  flags: AddFlags;
  settings: Settings;
  session: Session;
  report: Report;
}>;

async function enqueueAll(films: readonly string[], wanted: Wanted): Promise<ExitName> {
  const { asked, priority, waitMs, flags, settings, session, report } = wanted;
  const isPatient = flags.wait !== undefined;
  return withQueue({ settings, session, isPatient }, async (queue) => {
    const context = await openContext(settings, flags, session);
    const enqueue = async (path: string): Promise<Enqueued> => {
      await context.reachStore();
      await context.preflight();
      const job = await toJob(path, { asked, isStaged: flags.stage === true, context });
      const id = jobId(job, asked.slug);
      const { isNew, view } = await queue.enqueue(id, job, { priority });
      const { slug } = view;
      report({ type: 'job', job: id, slug, state: isNew ? 'queued' : 'already' });
      return { id, slug };
    };
    try {
      await warnOfRedis(queue, session);
      const handing = { queue, enqueue, flags, session, report };
      if (flags.wait === undefined) return await handIn(films, handing);
      return await handInAndFollow(films, { ...handing, waitMs });
    } finally {
      await context.close();
    }
  });
}

/** Each film's job goes to stdout. */
async function handIn(films: readonly string[], handing: Handing): Promise<ExitName> {
  const { enqueue, flags, session, report } = handing;
  const add = async (file: string) => {
    const { id } = await enqueue(file);
    if (!session.isJson) session.print(`${id}\n`);
    return 'queued' as const;
  };
  return oneOrAll(films, { add, flags, context: { report, signal: session.signal } });
}

/** All are handed in before the first is followed: the workers need not wait for anybody. */
async function handInAndFollow(
  films: readonly string[],
  {
    queue,
    enqueue,
    flags,
    session,
    report,
    waitMs,
  }: Handing & Readonly<{ waitMs: number | undefined }>,
): Promise<ExitName> {
  const jobs = new Map<string, Promise<Enqueued>>();
  for (const film of films) {
    const job = enqueue(film);
    jobs.set(film, job);
    await job.catch((error: unknown) => {
      if (stopsTheRun(error)) throw error; // the others tell when their turn comes
    });
  }
  const tooLong = waitMs === undefined ? [] : [AbortSignal.timeout(waitMs)];
  const signal = AbortSignal.any([session.signal, ...tooLong]);
  const add = async (file: string) => {
    const { id, slug } = await (jobs.get(file) ?? enqueue(file));
    try {
      const result = await followJob({ queue, id, slug, report, signal });
      report({ ...result, file });
      return result.outcome;
    } catch (error) {
      if (session.signal.aborted) throw stoppedFollowing(session.signal, id);
      throw signal.aborted ? waitedEnough(id) : error;
    }
  };
  return oneOrAll(films, { add, flags, context: { report, signal: session.signal } });
}

/** Of one film the failure is the run's, as in a local `add`. */
async function oneOrAll(films: readonly string[], batch: Batch): Promise<ExitName> {
  const [only] = films;
  if (films.length !== 1 || only === undefined) return addAll(films, batch);
  await batch.add(only);
  return 'ok';
}

function stoppedFollowing({ reason }: AbortSignal, id: string): unknown {
  if (!(reason instanceof IngestError)) return reason;
  return new IngestError(reason.exit, {
    what: 'stopped following',
    why: 'The film goes on without you, on its worker.',
    fix: `See how it goes: movie-ingest queue show ${id}. End it: movie-ingest queue cancel ${id}`,
    cause: reason,
  });
}

function waitedEnough(id: string): IngestError {
  return new IngestError('locked', {
    what: 'the film is still on its way',
    why: 'That is longer than --wait said.',
    fix: `See how it goes: movie-ingest queue show ${id}`,
    isOfOneFilm: true,
  });
}

/** Jobs are handed in all the same: a worker refuses such a Redis, unless it was told otherwise. */
async function warnOfRedis(queue: FilmQueue, { report }: Session): Promise<void> {
  const { faults } = await queue.judge();
  for (const { what, fix } of faults) {
    report({ type: 'warning', message: `The Redis at ${queue.name} ${what}`, fix });
  }
}

/** `add --wait film.mp4`: what the option took for its duration is a film. */
function takeBackPath(
  words: readonly string[],
  flags: AddFlags,
): Readonly<{ paths: readonly string[]; flags: AddFlags }> {
  const { wait } = flags;
  if (typeof wait !== 'string' || /^\d+[hms\d]*$/.test(wait)) return { paths: words, flags };
  return { paths: [wait, ...words], flags: { ...flags, wait: true } };
}

/** What is in the queue is no end that a desktop could be told. */
function demandSomebodyWaits({ notify, wait }: AddFlags): void {
  if (notify !== true || wait !== undefined) return;
  throw new IngestError('usage', {
    what: '--notify needs --wait with a queue',
    why: 'Without it this command ends as soon as the film is handed in.',
    fix: 'To be told when the film is in: --wait --notify. To make it here: --no-queue',
  });
}

function parsePriority(text: string | undefined): number {
  if (text === undefined) return USUAL_PRIORITY;
  const priority = Number(text);
  if (Number.isInteger(priority) && priority >= 1 && priority <= LAST_PRIORITY) return priority;
  throw new IngestError('usage', {
    what: '--priority is not a place in the queue',
    fix: `Write a whole number: 1 goes first, ${USUAL_PRIORITY} is usual, more goes later`,
  });
}
