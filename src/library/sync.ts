import { IngestError } from '../errors.ts';
import { type Allowed, decide, type Finding, isAllowed } from '../reconcile/decide.ts';
import { filmsAtMost, type LossLimit } from '../reconcile/loss-limit.ts';
import { INBOX } from '../sources/inbox-key.ts';
import { act } from './act.ts';
import type { LibraryContext } from './context.ts';
import { lookAtAll, type Watch, watchLibrary } from './look-at-all.ts';
import { type Film, lookAgain } from './look-at-film.ts';
import { refresh } from './refresh.ts';
import { settleInbox } from './settle-inbox.ts';
import { Tally } from './tally.ts';
import { withFilmLock, withLock } from './with-film-lock.ts';

export type SyncRequest = Readonly<{
  allowed: Allowed;
  /** Says what would be done, and writes nothing, not even what it has seen. */
  check: boolean;
  /** Only what lies about: old revisions, orphans, unfinished uploads, films that were deleted. */
  leftoversOnly: boolean;
  /** All films when empty. */
  slugs: readonly string[];
  limit: LossLimit | undefined;
  waitMs: number;
}>;

/** Rows of docs/library.md that `gc` is about. */
const LEFTOVER_ROWS: readonly number[] = [5, 6, 14];

/**
 * Makes outbox, store and catalogue agree, film by film, by the fifteen rows of docs/library.md. What
 * only adds, or corrects a document or a record, is done as the films come by; what takes something away
 * waits until all films were looked at, so that a listing that is wrong as a whole is known as such:
 * when nothing was listed, or when more films would lose something than `limit` allows, none does, and
 * `drift` is thrown. Each film is changed under its lock; one that a run is at work on is left alone.
 * Where a lock is lost, nothing more is written, and `locked` is thrown.
 */
export async function sync(request: SyncRequest, context: LibraryContext): Promise<Tally> {
  await context.reachStore();
  if (request.check) return syncNow(request, context);
  const lock = {
    name: `sync:${context.id}`,
    what: 'keeping the library true',
    waitMs: request.waitMs,
  };
  return withLock(lock, context, (locked) => syncNow(request, locked));
}

async function syncNow(request: SyncRequest, context: LibraryContext): Promise<Tally> {
  const watch = await watchLibrary(context, { withHeaders: request.allowed.fixHeaders });
  const tally = new Tally(context);
  const leftovers = new Set<string>();
  const waiting: string[] = [];
  const look = { slugs: request.slugs, watch };
  const settleEach = async (film: Film) => {
    for (const { prefix } of leftoversOf(film)) leftovers.add(prefix);
    const findings = findingsOf(film, request);
    const now = findings.filter((finding) => !finding.isLoss);
    const later = findings.filter(
      (finding) => finding.isLoss && isAllowed(finding, request.allowed),
    );
    return { film, findings, later, done: await settle(film, now, request, context) };
  };
  for await (const { film, findings, later, done } of lookAtAll(look, context, settleEach)) {
    const isDeferred = later.length > 0 && !request.check;
    if (isDeferred) waiting.push(film.slug);
    const told = isDeferred ? findings.filter((finding) => !later.includes(finding)) : findings;
    tally.film(film, { findings: told, done, isDeferred });
  }
  const seen = await context.openSeen();
  if (!request.check && request.slugs.length === 0) await seen.remember(leftovers);
  await loseWhatMayGo(waiting, { request, context, tally, watch });
  await settleUploads(request, context, tally);
  await settleInbox(request, context, tally);
  return tally;
}

function leftoversOf({ state }: Film) {
  return [...state.store.orphans, ...state.store.strays];
}

function findingsOf({ state }: Film, { allowed, leftoversOnly }: SyncRequest): readonly Finding[] {
  const findings = decide(state, allowed);
  return leftoversOnly ? findings.filter(({ row }) => LEFTOVER_ROWS.includes(row)) : findings;
}

/** Does what is allowed, one after the other, and answers with what is done now. */
async function settle(
  film: Film,
  findings: readonly Finding[],
  { allowed, check }: SyncRequest,
  context: LibraryContext,
): Promise<ReadonlySet<Finding>> {
  const due = findings.filter((finding) => isAllowed(finding, allowed));
  if (check || due.length === 0) return new Set();
  const { slug } = film;
  return withFilmLock<ReadonlySet<Finding>>(
    { slug, what: `keeping ${slug} true`, ifBusy: () => new Set() },
    context,
    (locked) => doAll(film, due, { allowed, context: locked }),
  );
}

type DoOptions = Readonly<{ allowed: Allowed; context: LibraryContext }>;

async function doAll(
  looked: Film,
  findings: readonly Finding[],
  { allowed, context }: DoOptions,
): Promise<ReadonlySet<Finding>> {
  const done = new Set<Finding>();
  const tried = new Map<string, boolean>();
  await context.checkCatalog(); // a database that was made anew has no indexes yet
  // A run may have ended between the look and the lock: then the next pass sees what it made.
  let film = await refresh(looked, context);
  for (const finding of findings) {
    const { action } = finding;
    if (film === undefined || action === undefined) break;
    const name = action.do === 'remove leftover' ? action.leftover.prefix : action.do;
    let worked = tried.get(name);
    if (worked === undefined) {
      worked = await act(action, film, allowed, context);
      tried.set(name, worked);
      film = await refresh(film, context, { afterOwnChange: true });
    }
    if (worked) done.add(finding);
  }
  return done;
}

type Losing = Readonly<{
  request: SyncRequest;
  context: LibraryContext;
  tally: Tally;
  watch: Watch;
}>;

/** Looks at each film again, under its lock, before anything of it is taken away. */
async function loseWhatMayGo(slugs: readonly string[], losing: Losing): Promise<void> {
  const { request, context, tally, watch } = losing;
  if (slugs.length === 0) return;
  const most = filmsAtMost(request.limit, tally.films);
  if (slugs.length > most) throw tooMany(slugs.length, most, context);
  for (const slug of slugs) {
    const lose = async (locked: LibraryContext) => {
      const film = await lookAgain(slug, watch.optionsFor(slug), locked);
      const findings = findingsOf(film, request).filter(({ isLoss }) => isLoss);
      const due = findings.filter((finding) => isAllowed(finding, request.allowed));
      const done = await doAll(film, due, { allowed: request.allowed, context: locked });
      tally.film(film, { findings: due, done, isDeferred: false });
    };
    const ifBusy = () => tally.busy(slug);
    await withFilmLock({ slug, what: `keeping ${slug} true`, ifBusy }, context, lose);
  }
}

function tooMany(films: number, most: number, { commandHere }: LibraryContext): IngestError {
  return new IngestError('drift', {
    what: `${films} films would lose something, and at most ${most} may: nothing was taken away`,
    why: 'So many at once are more often a wrong bucket, a disk that is not mounted or a wrong database than what is wanted.',
    fix: `Look at each with ${commandHere('sync', '--check')}; if it is right, add --max-delete ${films}`,
  });
}

async function* openUploads(store: LibraryContext['store'], signal: AbortSignal) {
  for (const prefix of ['videos/', INBOX]) yield* store.openUploads(prefix, { signal });
}

/** Row 7. */
async function settleUploads(
  { allowed, check, slugs }: SyncRequest,
  { store, signal, commandHere, report }: LibraryContext,
  tally: Tally,
): Promise<void> {
  if (slugs.length > 0) return;
  try {
    for await (const upload of openUploads(store, signal)) {
      if (allowed.nowMs - upload.startedAtMs < allowed.graceMs) continue;
      const mayGo = allowed.prune && !check;
      if (mayGo) await store.abortUpload(upload, { signal });
      tally.loose({
        mark: '+',
        slug: upload.key.split('/')[1] ?? '',
        key: upload.key,
        row: 7,
        kind: 'unfinished upload',
        detail: `an upload in parts that was never finished, of ${new Date(upload.startedAtMs).toISOString().slice(0, 10)}`,
        done: mayGo,
        ...(mayGo ? {} : { fix: commandHere('sync', '--prune') }),
      });
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof IngestError)) throw error;
    // Some servers have no such listing: the library is no less true for it.
    report({ type: 'warning', message: `unfinished uploads were not looked at: ${error.message}` });
  }
}
