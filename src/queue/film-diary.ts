import type { Job } from 'bullmq';
import type { Event, Report } from '../model/event.ts';
import type { JobEntry, JobState } from '../model/film-job.ts';

/** Facts that a follower gets in another way, or that are of the worker's own run. */
const NOT_TOLD: ReadonlySet<Event['type']> = new Set([
  'film.start',
  'result',
  'error',
  'summary',
  'difference',
  'tally',
  'job',
  'worker',
]);

export type FilmDiaryOptions = Readonly<{
  job: Job;
  worker: string;
  /** Takes secrets out of what is told. */
  redact: (text: string) => string;
  /** Between two words about progress. */
  paceMs: number;
}>;

/**
 * Tells the queue how a film goes: facts one by one, of progress only the latest. Never blocks the film
 * and never fails it: a Redis that is away gets what there is when it is back. What is not told within a
 * moment at the end is not told.
 */
export class FilmDiary {
  readonly #options: FilmDiaryOptions;
  readonly #startedAtMs = Date.now();
  #lines: Promise<unknown> = Promise.resolve();
  #state: JobState;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: FilmDiaryOptions) {
    this.#options = options;
    this.#state = { worker: options.worker, startedAtMs: this.#startedAtMs };
  }

  readonly report: Report = (event) => {
    if (this.#isClosed) return;
    if (event.type === 'step') this.#advance({ step: event.step });
    else if (event.type === 'encode.progress') this.#advance({ encode: event });
    else if (event.type === 'upload.progress') this.#advance({ upload: event });
    else if (event.type === 'outage' && !event.isOver) this.#advance({ outage: event });
    else if (!NOT_TOLD.has(event.type)) {
      if (event.type === 'outage') this.#advance({ outage: undefined });
      this.write({ what: 'told', event });
    }
    if (event.type === 'encoded') this.#advance({ encode: undefined });
    if (event.type === 'uploaded') this.#advance({ upload: undefined });
    if (event.type === 'step') this.write({ what: 'told', event });
  };

  /** A line, after those before it. */
  write(entry: Omit<JobEntry, 'atMs' | 'worker'>): void {
    const { job, worker, redact } = this.#options;
    const line = redact(JSON.stringify({ atMs: Date.now(), worker, ...entry }));
    this.#lines = this.#lines.then(() => job.log(line)).catch(() => {}); // the job is gone, and with it who would read this
  }

  /** What `queue ls` shows from now on. */
  set(state: Partial<JobState>): void {
    this.#state = { ...this.#state, ...state };
    this.#lines = this.#lines.then(() => this.#tellState()).catch(() => {});
  }

  /** Waits until all is told, but not for long. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await Promise.race([this.#lines, new Promise((resolve) => setTimeout(resolve, 1_000).unref())]);
  }

  #advance(state: Partial<JobState>): void {
    this.#state = { ...this.#state, ...state };
    this.#timer ??= setTimeout(() => {
      this.#lines = this.#lines
        .then(() => this.#tellState())
        .catch(() => {})
        .then(() => {
          this.#timer = undefined; // only now: while Redis is away nothing piles up
        });
    }, this.#options.paceMs);
  }

  #tellState(): Promise<void> {
    const { job, redact } = this.#options;
    return job.updateProgress(JSON.parse(redact(JSON.stringify(this.#state))) as object);
  }
}
