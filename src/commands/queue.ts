import { hostname, userInfo } from 'node:os';
import { type ExitName, IngestError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';
import type { FilmJob } from '../model/film-job.ts';
import type { Settings } from '../model/settings.ts';
import type { JobView } from '../queue/job-view.ts';
import type { FilmQueue } from '../queue/open-queue.ts';
import { isFilmAddress } from '../sources/film-address.ts';
import { type JobRow, printJob, printJobs } from '../ui/print-jobs.ts';
import { diaryRows } from './diary-rows.ts';
import { discardStaged, isWantedBy } from './discard-film.ts';
import { jobFacts } from './job-facts.ts';
import { jobRow } from './job-row.ts';
import type { CommonFlags, Session } from './session.ts';
import { withPlaces } from './with-places.ts';
import { withQueue } from './with-queue.ts';

export type QueueFlags = CommonFlags;

export type QueueAction =
  | 'ls'
  | 'show'
  | 'retry'
  | 'cancel'
  | 'drain'
  | 'pause'
  | 'resume'
  | 'clean';

type Doing = Readonly<{
  queue: FilmQueue;
  names: readonly string[];
  settings: Settings;
  session: Session;
}>;

const ACTIONS: Readonly<Record<QueueAction, (doing: Doing) => Promise<void>>> = {
  ls: list,
  show,
  retry,
  cancel,
  drain,
  pause: async ({ queue, session }) => {
    await queue.pause();
    tell(session, { type: 'paused' }, () => 'paused: what is being made goes on, nothing is begun');
  },
  resume: async ({ queue, session }) => {
    await queue.resume();
    tell(session, { type: 'resumed' }, () => 'workers take jobs again');
  },
  clean: async ({ queue, session }) =>
    tell(session, { type: 'cleaned', jobs: await queue.clean() }, (n) => `${n} forgotten`),
};

/** Actions that would do something else than was meant if names were passed over. */
const OF_ALL: readonly QueueAction[] = ['ls', 'drain', 'pause', 'resume', 'clean'];

/** `movie-ingest queue <action>`: looks after the jobs of a queue. With `--json` a line each. */
export async function runQueue(
  action: QueueAction,
  names: readonly string[],
  { flags, session }: Readonly<{ flags: QueueFlags; session: Session }>,
): Promise<ExitName> {
  const settings = await session.open(flags);
  demandNames(action, names);
  await withQueue({ settings, session }, (queue) =>
    ACTIONS[action]({ queue, names, settings, session }),
  );
  return 'ok';
}

function demandNames(action: QueueAction, names: readonly string[]): void {
  const isTooMany = names.length > 0 && OF_ALL.includes(action);
  const isTooFew = names.length === 0 && ['show', 'cancel'].includes(action);
  if (!isTooMany && !isTooFew) return;
  throw new IngestError('usage', {
    what: isTooMany ? `queue ${action} takes no names` : `queue ${action} needs a job`,
    fix: isTooMany
      ? `It concerns the whole queue: movie-ingest queue ${action}`
      : `Name it: movie-ingest queue ${action} JOB. Their names: movie-ingest queue ls`,
  });
}

async function list({ queue, session }: Doing): Promise<void> {
  const rows = (await queue.list()).map(jobRow);
  if (session.isJson) {
    session.print(
      rows.map((row) => `${JSON.stringify({ type: 'queued-job', ...row })}\n`).join(''),
    );
    return;
  }
  const { columns } = session;
  const paint = session.paintFor(session.stdout);
  if (rows.length > 0) session.print(printJobs(rows, { columns, paint, nowMs: Date.now() }));
  session.stderr.write(session.redact(`${await stateOf(queue, rows)}\n`));
}

async function stateOf(queue: FilmQueue, rows: readonly JobRow[]): Promise<string> {
  const workers = await queue.workers();
  const there =
    workers === undefined
      ? []
      : [
          workers.length === 0
            ? 'no workers'
            : `workers: ${cleanText(workers.join(', '), { maxLength: 1_000 })}`,
        ];
  const isPaused = await queue.isPaused();
  return [
    queue.name,
    rows.length === 0 ? 'no jobs' : `${rows.length} ${rows.length === 1 ? 'job' : 'jobs'}`,
    ...there,
    ...(isPaused ? ['paused'] : []),
  ].join(' · ');
}

async function show({ queue, names, session }: Doing): Promise<void> {
  for (const view of await findJobs(queue, names)) {
    const { entries } = await queue.diary(view.id);
    const row = jobRow(view);
    if (session.isJson) {
      const { film, result } = view;
      const line = { type: 'queued-job', ...row, film, result, diary: entries };
      session.print(`${JSON.stringify(line)}\n`);
    } else {
      const paint = session.paintFor(session.stdout);
      const diary = entries.flatMap(diaryRows);
      session.print(printJob(row, { facts: jobFacts(view), diary, paint }));
    }
  }
}

async function retry({ queue, names, session }: Doing): Promise<void> {
  const views =
    names.length === 0
      ? (await queue.list()).filter(({ state }) => state === 'failed')
      : await findJobs(queue, names);
  let begun = 0;
  for (const { id, state } of views) {
    if (await queue.retry(id)) begun += 1;
    else if (names.length > 0) throw notOver(id, state);
  }
  tell(session, { type: 'retried', jobs: begun }, (n) => `${n} begun anew`);
}

async function drain(doing: Doing): Promise<void> {
  const { queue, session } = doing;
  const before = await queue.list();
  const jobs = await queue.drain();
  for (const { id, film } of before) {
    const isGone = film !== undefined && (await queue.find(id)) === undefined;
    if (isGone) await discard(id, film, doing);
  }
  tell(session, { type: 'drained', jobs }, (n) => `${n} taken out`);
}

async function cancel(doing: Doing): Promise<void> {
  const { queue, names, session } = doing;
  const by = `${userInfo().username}@${hostname()}`;
  for (const { id, slug, film } of await findJobs(queue, names)) {
    const outcome = await queue.cancel(id, by);
    if (outcome === 'removed' && film !== undefined) await discard(id, film, doing);
    const text = {
      removed: 'is taken out',
      asked: 'is being stopped on its worker',
      over: 'is over already',
    }[outcome];
    tell(session, { type: 'cancelled', job: id, slug, outcome }, () => `${slug} ${text}`);
  }
}

/** What nobody has begun with has no worker to clear up after it. */
async function discard(id: string, film: FilmJob, doing: Doing): Promise<void> {
  const { queue, settings, session } = doing;
  if (!isFilmAddress(film.source.uri) || (await isWantedBy(queue, id, film))) return;
  const { signal } = session;
  const isDone = await withPlaces(settings, session, (places) =>
    discardStaged(film, { ...places, settings, signal }),
  );
  if (isDone) return;
  session.report({
    type: 'warning',
    message: `${film.slug} waits in the inbox of ${film.storage.store}, and was not removed from there`,
    fix: 'sync --prune removes it when nobody has made it for a month',
  });
}

/** By id, by the beginning of one, or by slug. */
async function findJobs(queue: FilmQueue, names: readonly string[]): Promise<readonly JobView[]> {
  const all = await queue.list();
  return names.flatMap((name) => {
    const exact = all.filter(({ id, slug }) => id === name || slug === name);
    const found = exact.length > 0 ? exact : all.filter(({ id }) => id.startsWith(name));
    if (found.length > 0) return found;
    throw new IngestError('usage', {
      what: `no job in the queue is called ${cleanText(name, { maxLength: 100 })}`,
      fix: 'Their names: movie-ingest queue ls',
    });
  });
}

function notOver(id: string, state: string): IngestError {
  return new IngestError('usage', {
    what: `the job ${id} is ${state}, not over`,
    fix: 'Only jobs that failed or are done can be begun anew',
  });
}

type Told = Readonly<{ type: string; jobs?: number; [more: string]: unknown }>;

function tell(session: Session, told: Told, text: (jobs: number) => string): void {
  if (session.isJson) session.print(`${JSON.stringify(told)}\n`);
  else session.print(`${text(told.jobs ?? 0)}\n`);
}
