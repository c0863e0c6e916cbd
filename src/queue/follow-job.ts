import { setTimeout as delay } from 'node:timers/promises';
import { IngestError } from '../errors.ts';
import { Event, type EventOf, type Report } from '../model/event.ts';
import type { JobEntry } from '../model/film-job.ts';
import type { JobView } from './job-view.ts';
import type { Diary, FilmQueue } from './open-queue.ts';

/** Often enough for a screen, and nothing to a Redis. */
const LOOK_MS = 500;

export type FollowOptions = Readonly<{
  queue: FilmQueue;
  id: string;
  slug: string;
  report: Report;
  /** Of whoever follows; the job goes on without him. */
  signal: AbortSignal;
}>;

/**
 * Tells how a job goes, as if its film were made here, until it is over: from its diary and its last word
 * on progress, looked at twice a second. Nothing is missed by whoever comes late, or while Redis was away.
 * Answers with the film's result; throws what the film failed with, with its exit code.
 */
export async function followJob(options: FollowOptions): Promise<EventOf<'result'>> {
  const { queue, id, signal } = options;
  const follower = new Follower(options);
  for (;;) {
    signal.throwIfAborted();
    const view = await queue.find(id); // before the diary: of one that is over it is complete
    follower.tell(await queue.diary(id, follower.next));
    if (view === undefined) throw removed(id);
    if (view.state === 'completed') return resultOf(view);
    if (view.state === 'failed') throw follower.failure(view);
    follower.tellProgress(view);
    await delay(LOOK_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

class Follower {
  readonly #options: FollowOptions;
  readonly #told = new Map<string, string>();
  /** Ended, by the diary: the last word on progress may be older than that. */
  readonly #over = new Set<string>();
  #failure: EventOf<'error'> | undefined;
  /** Line of the diary. */
  next = 0;

  constructor(options: FollowOptions) {
    this.#options = options;
  }

  tell({ entries, next }: Diary): void {
    this.next = next;
    for (const entry of entries) this.#tellEntry(entry);
  }

  /** The latest of each kind, once. */
  tellProgress({ state, progress }: JobView): void {
    if (state !== 'active' || progress === undefined) return;
    for (const [kind, event] of Object.entries({
      encode: progress.encode,
      upload: progress.upload,
      outage: progress.outage,
    })) {
      if (event === undefined || this.#over.has(kind)) continue;
      const text = JSON.stringify(event);
      if (this.#told.get(kind) === text) continue;
      this.#told.set(kind, text);
      this.#options.report(event);
    }
  }

  /** What the last try failed with, as the worker told it. */
  failure(view: JobView): IngestError {
    const event = this.#failure;
    return new IngestError(event?.code ?? 'encode', {
      what: event?.message ?? view.failedReason ?? 'the job failed',
      ...(event?.cause === undefined ? {} : { why: event.cause }),
      fix: event?.fix ?? `See what became of it: movie-ingest queue show ${view.id}`,
    });
  }

  #tellEvent(event: Event): void {
    if (event.type === 'encoded') this.#over.add('encode');
    if (event.type === 'uploaded') this.#over.add('upload');
    if (event.type === 'step' && event.step === 'encode') this.#over.clear(); // by another plan
    this.#options.report(event);
  }

  #tellEntry({ what, event, worker, why, againInMs }: JobEntry): void {
    if (what === 'told') {
      if (event !== undefined) this.#tellEvent(event);
      return;
    }
    if (what === 'started') this.#over.clear();
    if (event?.type === 'error') this.#failure = event;
    if (what === 'cancelled' || (what === 'failed' && againInMs === undefined)) return;
    const reason = event?.type === 'error' ? event.message : why;
    this.#options.report({
      type: 'job',
      job: this.#options.id,
      slug: this.#options.slug,
      state: what === 'failed' ? 'retrying' : what,
      worker,
      ...(reason === undefined ? {} : { why: reason }),
    });
  }
}

function resultOf({ id, result }: JobView): EventOf<'result'> {
  const event = Event.safeParse(result).data;
  if (event?.type === 'result') return event;
  throw new Error(`the job ${id} ended without a result`);
}

function removed(id: string): IngestError {
  return new IngestError('queue', {
    what: `the job ${id} is gone from the queue`,
    why: 'Somebody cancelled or removed it, or Redis has lost its data.',
    fix: 'If the film is not in: hand it in again',
  });
}
