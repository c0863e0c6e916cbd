import { setTimeout as delay } from 'node:timers/promises';
import { formatDuration } from '../lib/format-duration.ts';
import { MAX_OUTAGE_MS } from '../model/settings.ts';
import type {
  ListedObject,
  ListOptions,
  OpenUpload,
  PutRequest,
  Store,
  StoredObject,
  StoreOptions,
} from '../model/store.ts';
import { failureKind, StoreFailure } from './store-failure.ts';

/** Told just before the wait. */
export type Retry = Readonly<{
  /** Of this operation; the first retry is 1. */
  number: number;
  delayMs: number;
  /** For how long nothing has got through, over all operations of the store. */
  failingMs: number;
  /** Fewer requests at once would help. */
  isBusy: boolean;
  error: unknown;
}>;

export type PatienceOptions = Readonly<{
  /** Given up after this long without a single success. 15 minutes. */
  maxOutageMs?: number;
  onRetry?: (retry: Retry) => void;
  /** Before each wait; with undefined once something has got through again. */
  onWaiting?: (retry: Retry | undefined) => void;
  sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  /** In [0, 1). */
  random?: () => number;
  /** Milliseconds that never go back. */
  now?: () => number;
}>;

/** A store whose `put` also tells of its retries. Every Store is one that never retries. */
export interface PatientStore extends Store {
  put(request: PutRequest, options: PatientPutOptions): Promise<StoredObject>;
}

export type PatientPutOptions = StoreOptions &
  Readonly<{
    onRetry?: ((retry: Retry) => void) | undefined;
    /** Asked before each retry: true has the failure thrown as it is. */
    giveUp?: ((retry: Retry) => boolean) | undefined;
  }>;

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 20_000;
const DAMAGED_TRIES = 3;

/** The most that one failure adds to an outage: a wait, and a try that hears nothing. */
const LONGEST_STEP_MS = 90_000;

/**
 * The same store, with patience: whatever is not permanent is tried again, after a random part of
 * 0.25 s, 0.5 s, 1 s … 20 s (full jitter), as often as it takes. There is no quota, because in an
 * outage of seconds 16 puts use up any. It gives up when nothing at all, in any operation, got through
 * for `maxOutageMs`, of which the time that the machine slept is no part; and after three tries when
 * what arrives is not what was sent. An abort ends a wait at once. A `list` that breaks off goes on after the last key that it gave.
 */
export function patient(store: Store, options: PatienceOptions = {}): PatientStore {
  const persist = persistWith(store, options);
  return {
    name: store.name,
    kind: store.kind,
    bucket: store.bucket,
    publicBaseUrl: store.publicBaseUrl,
    put: (request, asked) => persist(() => store.put(request, asked), asked),
    get: (key, asked) => persist(() => store.get(key, asked), asked),
    replace: (request, asked) => persist(() => store.replace(request, asked), asked),
    copy: (request, asked) => persist(() => store.copy(request, asked), asked),
    look: (key, asked) => persist(() => store.look(key, asked), asked),
    readPart: (request, asked) => persist(() => store.readPart(request, asked), asked),
    remove: (keys, asked) => persist(() => store.remove(keys, asked), asked),
    list: (prefix, asked) => listOn(store, { prefix, asked, persist }),
    headers: (key, asked) => persist(() => store.headers(key, asked), asked),
    relabel: (key, headers, asked) => persist(() => store.relabel(key, headers, asked), asked),
    openUploads: (prefix, asked) => uploadsOf(store, { prefix, asked, persist }),
    abortUpload: (upload, asked) => persist(() => store.abortUpload(upload, asked), asked),
    isPermanent: (error) => store.isPermanent(error),
    close: () => store.close(),
  };
}

type Persist = <T>(work: () => Promise<T>, asked: PatientPutOptions) => Promise<T>;

function persistWith(store: Store, options: PatienceOptions): Persist {
  const { maxOutageMs = MAX_OUTAGE_MS, random = Math.random, sleep = sleepOrAbort } = options;
  const { now = () => performance.now() } = options;
  const outage = new Outage(now, options.onWaiting);

  /** Throws what should be thrown, or answers with the wait before the next try. */
  const weigh = ({ error, number, startedAt, damagedTries }: FailedTry): Retry => {
    if (store.isPermanent(error) || damagedTries >= DAMAGED_TRIES) throw error;
    const failingMs = outage.failed(startedAt);
    if (failingMs >= maxOutageMs) throw gaveUp(store, failingMs, error);
    const longestMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (number - 1));
    const delayMs = Math.min(random() * longestMs, maxOutageMs - failingMs);
    return { number, delayMs, failingMs, isBusy: failureKind(error) === 'busy', error };
  };

  return async (work, asked) => {
    const { signal } = asked;
    let damagedTries = 0;
    const leave = outage.enter();
    try {
      for (let number = 1; ; number += 1) {
        signal?.throwIfAborted();
        const startedAt = now();
        const tried = await attempt(work);
        if ('result' in tried) {
          outage.succeeded();
          return tried.result;
        }
        signal?.throwIfAborted();
        const { error } = tried;
        if (failureKind(error) === 'damaged') damagedTries += 1;
        const retry = weigh({ error, number, startedAt, damagedTries });
        if (asked.giveUp?.(retry)) throw error;
        asked.onRetry?.(retry);
        options.onRetry?.(retry);
        options.onWaiting?.(retry);
        await sleep(retry.delayMs, signal);
      }
    } finally {
      leave();
    }
  };
}

type FailedTry = Readonly<{
  error: unknown;
  number: number;
  startedAt: number;
  damagedTries: number;
}>;

async function attempt<T>(work: () => Promise<T>): Promise<{ result: T } | { error: unknown }> {
  try {
    return { result: await work() };
  } catch (error) {
    return { error };
  }
}

/**
 * One clock for all operations of a store. It runs from the start of the first try that failed until
 * anything succeeds, or until no operation is under way any more: an hour in which nothing was asked is
 * no outage. It counts from failure to failure, each at most `LONGEST_STEP_MS`: a process that was
 * stopped for an hour, on a machine that slept, comes back with the patience that it had.
 */
class Outage {
  readonly #now: () => number;
  readonly #onWaiting: PatienceOptions['onWaiting'];
  #failingMs: number | undefined;
  #countedUpTo = Number.NEGATIVE_INFINITY;
  #underWay = 0;

  constructor(now: () => number, onWaiting: PatienceOptions['onWaiting']) {
    this.#now = now;
    this.#onWaiting = onWaiting;
  }

  /** Answers with what ends it. */
  enter(): () => void {
    this.#underWay += 1;
    return () => {
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#failingMs = undefined;
    };
  }

  /** How long nothing has got through. */
  failed(startedAt: number): number {
    const now = this.#now();
    const isFirst = this.#failingMs === undefined;
    const from = isFirst ? Math.max(startedAt, this.#countedUpTo) : this.#countedUpTo;
    this.#failingMs = (this.#failingMs ?? 0) + Math.min(LONGEST_STEP_MS, now - from);
    this.#countedUpTo = now;
    return this.#failingMs;
  }

  succeeded(): void {
    this.#countedUpTo = this.#now();
    if (this.#failingMs === undefined) return;
    this.#failingMs = undefined;
    this.#onWaiting?.(undefined);
  }
}

function gaveUp(store: Store, failingMs: number, error: unknown): StoreFailure {
  const last = error instanceof Error ? error.message : String(error);
  return new StoreFailure('permanent', 'store', {
    what: `${store.name}: nothing got through for ${formatDuration(failingMs)}`,
    why: last,
    fix: 'Run the same command again when it can be reached: what is stored is not sent again. To wait for longer: --max-outage 8h',
    cause: error,
  });
}

type ListOnParts = Readonly<{ prefix: string; asked: ListOptions; persist: Persist }>;

async function* listOn(store: Store, parts: ListOnParts): AsyncGenerator<ListedObject> {
  const { prefix, asked, persist } = parts;
  let objects = store.list(prefix, asked)[Symbol.asyncIterator]();
  let last: string | undefined;
  const next = async () => {
    try {
      return await objects.next();
    } catch (error) {
      // A generator that threw is spent; what it gave need not be listed again.
      const after = last ?? asked.after;
      objects = store.list(prefix, { ...asked, after })[Symbol.asyncIterator]();
      throw error;
    }
  };
  try {
    for (let item = await persist(next, asked); !item.done; item = await persist(next, asked)) {
      last = item.value.key;
      yield item.value;
    }
  } finally {
    await objects.return?.();
  }
}

/** In no order, so one that breaks off begins anew; there are never many. */
async function* uploadsOf(
  store: Store,
  { prefix, asked, persist }: ListOnParts,
): AsyncGenerator<OpenUpload> {
  yield* await persist(async () => {
    const uploads: OpenUpload[] = [];
    for await (const upload of store.openUploads(prefix, asked)) uploads.push(upload);
    return uploads;
  }, asked);
}

async function sleepOrAbort(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(ms, undefined, { ...(signal === undefined ? {} : { signal }) });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
