import { setTimeout as sleep } from 'node:timers/promises';
import type { Job, Worker } from 'bullmq';
import { IngestError } from '../errors.ts';
import { within } from '../lib/within.ts';
import type { EventOf, Report } from '../model/event.ts';
import { AnyJob, FilmJob, JOB_VERSION } from '../model/film-job.ts';
import { FilmDiary } from './film-diary.ts';
import { FilmsWithoutRoom } from './films-without-room.ts';
import { judgeFailure, lacksRoom, needsProof } from './judge-failure.ts';
import { loadBullmq } from './load-bullmq.ts';
import { type FilmQueue, QUEUE_NAME } from './open-queue.ts';
import type { QueueTiming } from './queue-timing.ts';
import { tellAway } from './tell-away.ts';
import { watchBirth } from './watch-birth.ts';
import { watchJob } from './watch-job.ts';

/** Three times gone without a word is no bad luck: the film may bring the encoder or the machine down. */
const MOST_STALLS = 2;
/** A Redis that is away must not keep a worker from ending; its job is taken up when its lock has run out. */
const HAND_OVER_MS = 5_000;
const CLOSE_MS = 5_000;
const DISCARD_MS = 10_000;

export type TakeFilm = (
  job: FilmJob,
  options: Readonly<{ signal: AbortSignal; report: Report }>,
) => Promise<EventOf<'result'>>;

export type WorkOptions = Readonly<{
  /** A patient one. */
  queue: FilmQueue;
  timing: QueueTiming;
  concurrency: number;
  /** `mac-2/4711`. */
  name: string;
  /** Makes the film. What it throws decides what becomes of the job (`judgeFailure`). */
  take: TakeFilm;
  /** Removes what was made, fetched and staged of a film that was cancelled here. */
  discard: (id: string, job: FilmJob) => Promise<void>;
  /** Throws when this machine cannot make films now. Asked before the first job, and after doubts. */
  prove: () => Promise<void>;
  /** A failure as it is told. */
  toEvent: (error: unknown, file: string) => EventOf<'error'>;
  redact: (text: string) => string;
  report: Report;
  signal: AbortSignal;
}>;

/**
 * Takes jobs until `signal` fires, one after the other or `concurrency` at once. A job that this machine
 * cannot do is given back with the reason and is never failed for it; one that is over is answered; what
 * is in work when the signal fires is handed over at once. Heart beats by a timer of its own, however busy
 * the encoder is. Throws the reason of the signal, and `queue` when the queue has lost its data.
 */
export async function work(options: WorkOptions): Promise<never> {
  const { signal, prove } = options;
  await prove();
  const bullmq = await loadBullmq();
  const shift = new Shift(options, bullmq);
  try {
    return await shift.run();
  } finally {
    await shift.close();
    signal.throwIfAborted();
  }
}

class Shift {
  readonly #options: WorkOptions;
  readonly #bullmq: Awaited<ReturnType<typeof loadBullmq>>;
  readonly #worker: Worker;
  readonly #over = new AbortController();
  readonly #emptied: AbortSignal;
  readonly #withoutRoom: FilmsWithoutRoom;
  /** Why jobs were given back, as it was last told, by their ids. */
  readonly #toldReasons = new Map<string, string>();
  #proving: Promise<void> | undefined;

  constructor(options: WorkOptions, bullmq: Awaited<ReturnType<typeof loadBullmq>>) {
    this.#options = options;
    this.#bullmq = bullmq;
    const { queue, timing, concurrency, name } = options;
    this.#worker = new bullmq.Worker(QUEUE_NAME, (job, token) => this.#process(job, token ?? ''), {
      connection: queue.redis,
      autorun: false,
      name,
      concurrency,
      lockDuration: timing.lockMs,
      stalledInterval: timing.stalledMs,
      maxStalledCount: MOST_STALLS,
      // Of `maxStartedAttempts` nothing: to be given back by one that cannot is no failure of the film.
    });
    this.#worker.on('error', () => {}); // away: told once, below. Refused: it is not ours any more.
    this.#worker.on('failed', (job, error) => this.#tellStalled(job, error));
    this.#withoutRoom = new FilmsWithoutRoom(timing);
    this.#emptied = watchBirth({ queue, everyMs: timing.handBackMs, signal: this.#over.signal });
  }

  async run(): Promise<never> {
    const { queue, report, signal } = this.#options;
    const release = tellAway(queue, report);
    try {
      this.#worker.run().catch(() => {});
      this.#tellWorker('ready');
      return await new Promise<never>((_resolve, reject) => {
        const end = ({ reason }: AbortSignal) => reject(reason);
        for (const it of [signal, this.#emptied]) {
          if (it.aborted) end(it);
          it.addEventListener('abort', () => end(it), { once: true });
        }
      });
    } finally {
      release();
    }
  }

  async close(): Promise<void> {
    // No new job from here on; what is in work is given back by its own signal.
    await within(HAND_OVER_MS + CLOSE_MS, this.#worker.close()).catch(() =>
      this.#worker.close(true).catch(() => {}),
    );
    this.#over.abort();
  }

  async #process(job: Job, token: string): Promise<EventOf<'result'>> {
    const { name, redact, timing } = this.#options;
    const diary = new FilmDiary({
      job,
      worker: name,
      redact,
      paceMs: Math.min(1_000, timing.lookMs),
    });
    const ended = new AbortController();
    try {
      return await this.#make(job, { token, diary, ended: ended.signal });
    } finally {
      ended.abort();
      await diary.close();
    }
  }

  async #make(job: Job, { token, diary, ended }: Making): Promise<EventOf<'result'>> {
    const { take, queue, timing, report, signal } = this.#options;
    const film = FilmJob.safeParse(job.data);
    if (!film.success) return this.#handBack(job, { token, diary, why: notUnderstood(job) });
    const noRoom = this.#withoutRoom.reasonAgainst(job.id ?? '', Date.now());
    if (noRoom !== undefined) return this.#handBack(job, { token, diary, why: noRoom });
    const watched = watchJob({ job, token, queue, timing, signal: ended });
    const stopped = AbortSignal.any([signal, this.#emptied, watched]);
    diary.set({ timesHandedBack: handBacks(job) });
    // What is given back before a first word of the film was not begun with.
    let isBegun = false;
    const tellStart = () => {
      if (isBegun) return;
      isBegun = true;
      diary.write({ what: 'started' });
      report(jobEvent(job, 'started', { worker: this.#options.name }));
    };
    try {
      stopped.throwIfAborted();
      const result = await take(film.data, {
        signal: stopped,
        report: (event) => {
          tellStart();
          // A job that is another's now has another's diary.
          if (!stopped.aborted) diary.report(event);
          report(event);
        },
      });
      this.#withoutRoom.remove(job.id ?? '');
      this.#toldReasons.delete(job.id ?? '');
      return result;
    } catch (error) {
      if (signal.aborted) return await this.#handOver(job, { token, diary });
      if (stopped.aborted) {
        return await this.#giveUp(job, { film: film.data, reason: stopped.reason, diary });
      }
      return await this.#answer(job, { token, diary, error });
    }
  }

  /** Stopped: whoever is free goes on with it at once. */
  async #handOver(job: Job, { token, diary }: Omit<Making, 'ended'>): Promise<never> {
    const why = `${this.#options.name} was stopped`;
    diary.write({ what: 'handedOver', why });
    await within(HAND_OVER_MS, job.moveToWait(token)).catch(() => {});
    this.#options.report(jobEvent(job, 'handedOver', { why }));
    throw new this.#bullmq.WaitingError();
  }

  /** Cancelled, taken by another, or gone: nothing that is said about it now counts but the first. */
  async #giveUp(job: Job, { film, reason, diary }: GivingUp): Promise<never> {
    const { toEvent, report, discard } = this.#options;
    const event = toEvent(reason, film.source.uri);
    report(event);
    if (reason instanceof IngestError && reason.exit === 'interrupted') {
      diary.write({ what: 'cancelled', event });
      await within(DISCARD_MS, discard(job.id ?? '', film)).catch(() => {}); // sync --prune has it
    }
    throw new this.#bullmq.UnrecoverableError(event.message);
  }

  async #answer(job: Job, { token, diary, error }: Answer): Promise<never> {
    const event = this.#options.toEvent(error, job.data.source.uri);
    if (needsProof(error)) this.#rest();
    const verdict = judgeFailure(error);
    if (verdict === 'elsewhere') {
      if (lacksRoom(error)) this.#withoutRoom.add(job.id ?? '', reasonOf(event), Date.now());
      return this.#handBack(job, { token, diary, why: reasonOf(event) });
    }
    this.#options.report(event);
    const tries = job.opts.attempts ?? 1;
    const isLast = verdict === 'never' || job.attemptsMade + 1 >= tries;
    const againInMs = this.#options.timing.backoffMs * 2 ** job.attemptsMade;
    diary.write({ what: 'failed', event, ...(isLast ? {} : { againInMs }) });
    await diary.close(); // before the job is over: a follower reads it then
    if (verdict === 'never') throw new this.#bullmq.UnrecoverableError(reasonOf(event));
    throw new Error(reasonOf(event));
  }

  /**
   * To whoever can do it. The same worker may get it again: it waits longer each time, and tells a reason
   * once, for it may be offered all night.
   */
  async #handBack(
    job: Job,
    { token, diary, why }: Omit<Making, 'ended'> & Readonly<{ why: string }>,
  ): Promise<never> {
    const { timing, name, report } = this.#options;
    if (this.#toldReasons.get(job.id ?? '') !== why) {
      this.#toldReasons.set(job.id ?? '', why);
      diary.write({ what: 'handedBack', why });
      report(jobEvent(job, 'handedBack', { why }));
    }
    const times = handBacks(job) + 1;
    const waitMs = Math.min(timing.lockMs, timing.handBackMs * 2 ** Math.min(times - 1, 10));
    diary.set({ handedBack: `${name}: ${why}`, timesHandedBack: times });
    await diary.close();
    await job.moveToDelayed(Date.now() + waitMs, token);
    throw new this.#bullmq.DelayedError();
  }

  /** Takes no job until this machine has proved again that it can do one. */
  #rest(): void {
    const { prove, timing, signal, toEvent } = this.#options;
    if (this.#proving !== undefined) return;
    const provingAgain = async () => {
      const stopped = AbortSignal.any([signal, this.#over.signal]);
      await this.#worker.pause(true);
      for (;;) {
        await sleep(timing.handBackMs * 2, undefined, { signal: stopped });
        try {
          await prove();
          break;
        } catch (error) {
          this.#tellWorker('resting', reasonOf(toEvent(error, '')));
        }
      }
      await this.#worker.resume();
      this.#tellWorker('ready');
    };
    this.#proving = provingAgain()
      .catch(() => {})
      .finally(() => {
        this.#proving = undefined;
      });
  }

  #tellWorker(state: EventOf<'worker'>['state'], why?: string): void {
    const { report, name, queue } = this.#options;
    const reason = why === undefined ? {} : { why };
    report({ type: 'worker', worker: name, state, queue: queue.name, ...reason });
  }

  /** Found out by the worker that would have been the next victim. */
  #tellStalled(job: Job | undefined, error: Error): void {
    if (job === undefined || !error.message.includes('stalled')) return;
    const { name, redact, report, toEvent } = this.#options;
    const diary = new FilmDiary({ job, worker: name, redact, paceMs: 0 });
    const poison = new IngestError('encode', {
      what: `the worker at this film was gone without a word ${MOST_STALLS + 1} times`,
      why: 'It was killed, lost its power, or its machine ran out of memory; the film may be what brings it down.',
      fix: `See what happened on those machines: movie-ingest queue show ${job.id}. Then: movie-ingest queue retry ${job.id}`,
    });
    const event = toEvent(poison, job.data.source?.uri ?? '');
    diary.write({ what: 'failed', event });
    report(event);
  }
}

type Making = Readonly<{ token: string; diary: FilmDiary; ended: AbortSignal }>;
type GivingUp = Readonly<{ film: FilmJob; reason: unknown; diary: FilmDiary }>;
type Answer = Omit<Making, 'ended'> & Readonly<{ error: unknown }>;

function notUnderstood(job: Job): string {
  const version = AnyJob.safeParse(job.data).data?.v;
  return version === undefined || version === JOB_VERSION
    ? 'the job holds what this version of movie-ingest does not know'
    : `the job is of version ${version}, and this movie-ingest understands ${JOB_VERSION}`;
}

function handBacks(job: Job): number {
  const { timesHandedBack } = job.progress as { timesHandedBack?: unknown };
  return typeof timesHandedBack === 'number' ? timesHandedBack : 0;
}

function reasonOf({ message, cause }: EventOf<'error'>): string {
  return cause === undefined ? message : `${message}. ${cause}`;
}

function jobEvent(
  job: Job,
  state: EventOf<'job'>['state'],
  more: Readonly<{ worker?: string; why?: string }>,
): EventOf<'job'> {
  const slug = AnyJob.safeParse(job.data).data?.slug ?? '';
  return { type: 'job', job: job.id ?? '', slug, state, ...more };
}
