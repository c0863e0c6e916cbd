import type { PutRequest, StoredObject } from '../model/store.ts';
import { bodyBytes, bodyMd5 } from './body.ts';
import { Rate } from './rate.ts';
import type { PatientPutOptions, PatientStore, Retry } from './retry.ts';
import { Room } from './room.ts';
import { StoreFailure } from './store-failure.ts';
import { Throttle } from './throttle.ts';

export type UploaderOptions = Readonly<{
  /** Usually a `patient` one: what a put throws is final here. */
  store: PatientStore;
  /** Most objects in flight; fewer for a while when the store is busy. 16. */
  concurrency?: number;
  /** Of all bodies in flight together; a body larger than this goes up alone. 64 MiB. */
  maxBytesInFlight?: number;
  signal?: AbortSignal | undefined;
  /**
   * What the store has already, by key, as listed before. Same bytes and MD5: not sent again, but copied
   * where it stands under another key. Where a listing knows no MD5 (a folder) the object is read, which is less than sending it.
   */
  already?: ReadonlyMap<string, StoredObject>;
  /** Once for each object that the store has for certain, sent or found there, in any order. */
  onStored?: (object: StoredObject) => void;
  /** After each change. */
  onProgress?: (progress: UploadProgress) => void;
  /** Milliseconds that never go back. */
  now?: () => number;
}>;

export type UploadTotals = Readonly<{
  /** In the store for certain: sent and skipped. */
  objects: number;
  bytes: number;
  /** Of these, not sent because they were there. */
  skipped: number;
  retries: number;
}>;

export type UploadProgress = UploadTotals &
  Readonly<{
    inFlight: number;
    bytesInFlight: number;
    /** Objects in flight allowed just now. */
    limit: number;
    /** Sent, over the last ten seconds. */
    bytesPerSecond: number;
    /** For how long nothing has got through; undefined while it does. */
    waitingMs: number | undefined;
  }>;

export interface Uploader {
  /**
   * Takes one object, and answers when there is room for it: when that takes long, the store is slower
   * than the caller, who then holds this one body and no more. Not when it is stored. One call a key.
   * Throws the first failure of any upload, at once and ever after, and the signal's reason after an
   * abort. An object that alone does not get through is no such failure yet: it is set aside.
   */
  add(request: PutRequest): Promise<void>;
  /** Counts an object as stored that is in the store for certain and need not be added. */
  note(object: StoredObject): void;
  /**
   * Answers when everything that was added is in the store, what was set aside after all the rest.
   * Throws the first failure, after the others in flight have ended. Whoever wants them to end sooner aborts the signal.
   */
  finish(): Promise<UploadTotals>;
  /** What the store has for certain, by key. Grows while it runs. */
  readonly stored: ReadonlyMap<string, StoredObject>;
}

type ThereObject = StoredObject & Readonly<{ md5: string }>;

const DEFAULT_CONCURRENCY = 16; // 212 MB/s at 80 ms (storage-delivery.md §2.1): no home line is faster
const DEFAULT_BYTES = 64 * 1_048_576;

/** Retries of one object, while others got through, until it is set aside. */
const LONE_RETRIES = 8;

/** Of one that was set aside, at the end: as often before and after it was seen that the store answers. */
const LAST_RETRIES = 4;

/** Their bodies are held until the end. */
const MOST_ASIDE = 8;
const READ_BACK_MAX_BYTES = DEFAULT_BYTES;

async function readMd5(
  store: PatientStore,
  key: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const body = await store.get(key, { signal });
  return body && bodyMd5(body);
}

/** Bounded uploads: so many objects, so many bytes, and a body is let go as soon as it is stored. */
export function createUploader(options: UploaderOptions): Uploader {
  const uploader = new BoundedUploader(options);
  return {
    add: (request) => uploader.add(request),
    note: (object) => uploader.note(object),
    finish: () => uploader.finish(),
    stored: uploader.stored,
  };
}

class BoundedUploader {
  readonly stored = new Map<string, StoredObject>();
  readonly #options: UploaderOptions;
  readonly #throttle: Throttle;
  readonly #room: Room;
  readonly #rate: Rate;
  readonly #uploads = new Set<Promise<void>>();
  readonly #aside: PutRequest[] = [];
  readonly #stop = () => this.#fail(this.#options.signal?.reason);
  #failure: Readonly<{ reason: unknown }> | undefined;
  #bytes = 0;
  #skipped = 0;
  #retries = 0;
  #waitingMs: number | undefined;

  constructor(options: UploaderOptions) {
    this.#options = options;
    this.#throttle = new Throttle(options.concurrency ?? DEFAULT_CONCURRENCY);
    this.#room = new Room(() => this.#throttle.limit, options.maxBytesInFlight ?? DEFAULT_BYTES);
    this.#rate = new Rate(options.now ?? (() => performance.now()));
    options.signal?.addEventListener('abort', this.#stop, { once: true });
  }

  async add(request: PutRequest): Promise<void> {
    this.#throwIfFailed();
    const there = await this.#findThere(request);
    if (there?.key === request.key) {
      this.note(there);
      return;
    }
    this.#throwIfFailed();
    const bytes = there === undefined ? bodyBytes(request.body) : 0;
    await this.#room.enter(bytes);
    if (this.#failure !== undefined) {
      this.#room.leave(bytes);
      throw this.#failure.reason;
    }
    const upload = this.#send(request, there).finally(() => {
      this.#uploads.delete(upload);
      this.#room.leave(bytes);
      this.#tell();
    });
    this.#uploads.add(upload);
    this.#tell();
  }

  note(object: StoredObject): void {
    this.#skipped += 1;
    this.#noteStored(object);
  }

  async finish(): Promise<UploadTotals> {
    while (this.#uploads.size > 0) await Promise.all(this.#uploads);
    await Promise.all(this.#aside.splice(0).map((request) => this.#sendLast(request)));
    this.#options.signal?.removeEventListener('abort', this.#stop);
    this.#throwIfFailed();
    return this.#totals();
  }

  async #findThere({ key, body, md5 }: PutRequest): Promise<ThereObject | undefined> {
    const { already, store, signal } = this.#options;
    const there = already?.get(key);
    if (there === undefined || there.bytes !== bodyBytes(body)) return undefined;
    if (there.md5 === undefined && there.bytes > READ_BACK_MAX_BYTES) return undefined;
    const ours = md5 ?? (await bodyMd5(body, signal));
    const theirs = there.md5 ?? (await readMd5(store, there.key, signal));
    return theirs === ours ? { key: there.key, bytes: there.bytes, md5: ours } : undefined;
  }

  /** Never rejects: a failure is kept for `add` and `finish` to throw. */
  async #send(request: PutRequest, there: ThereObject | undefined): Promise<void> {
    const others = this.stored.size;
    let isSetAside = false;
    const giveUp = ({ isBusy, number }: Retry) => {
      if (isBusy) return false; // a busy store takes one and not the other
      const isAlone = number >= LONE_RETRIES && this.stored.size > others;
      isSetAside = isAlone && this.#aside.length < MOST_ASIDE;
      return isSetAside;
    };
    try {
      if (there !== undefined && (await this.#copied(request, there))) return;
      await this.#put(request, giveUp);
    } catch (error) {
      if (isSetAside) this.#aside.push(request);
      else this.#fail(error);
    }
  }

  /** False when it is not there any more as it was listed. */
  async #copied({ key }: PutRequest, { key: from, bytes, md5 }: ThereObject): Promise<boolean> {
    const { store, signal } = this.#options;
    const copy = await store.copy({ from, key, bytes, md5 }, { signal });
    if (copy !== undefined) this.note(copy);
    return copy !== undefined;
  }

  /**
   * What failed alone may get through now; if not, it is what the film fails with. Whether it is the
   * object or an outage is known by asking for something else: that waits as long as the store is away.
   */
  async #sendLast(request: PutRequest): Promise<void> {
    if (this.#failure !== undefined) return;
    const { store, signal } = this.#options;
    const giveUp = ({ isBusy, number }: Retry) => !isBusy && number >= LAST_RETRIES;
    try {
      await this.#put(request, giveUp).catch(async () => {
        signal?.throwIfAborted();
        for await (const _any of store.list(request.key, { signal })) break;
        await this.#put(request, giveUp);
      });
    } catch (error) {
      this.#fail(signal?.aborted === true ? error : failedAlone(request, error, store));
    }
  }

  async #put(request: PutRequest, giveUp: PatientPutOptions['giveUp']): Promise<void> {
    const { store, signal } = this.#options;
    let cutsAtStart = this.#throttle.cuts;
    const onRetry = (retry: Retry) => {
      if (retry.isBusy) this.#throttle.busy(cutsAtStart);
      cutsAtStart = this.#throttle.cuts;
      this.#retries += 1;
      this.#waitingMs = retry.failingMs;
      this.#tell();
    };
    const stored = await store.put(request, { signal, onRetry, giveUp });
    this.#throttle.succeeded();
    this.#waitingMs = undefined;
    this.#rate.add(stored.bytes);
    this.#noteStored(stored);
  }

  #noteStored(object: StoredObject): void {
    this.#bytes += object.bytes;
    this.stored.set(object.key, object);
    this.#options.onStored?.(object);
    this.#tell();
  }

  #fail(reason: unknown): void {
    this.#failure ??= { reason };
    this.#room.refuse(this.#failure.reason);
  }

  #throwIfFailed(): void {
    this.#options.signal?.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure.reason;
  }

  #totals(): UploadTotals {
    return {
      objects: this.stored.size,
      bytes: this.#bytes,
      skipped: this.#skipped,
      retries: this.#retries,
    };
  }

  #tell(): void {
    this.#options.onProgress?.({
      ...this.#totals(),
      inFlight: this.#room.objects,
      bytesInFlight: this.#room.bytes,
      limit: this.#throttle.limit,
      bytesPerSecond: this.#rate.perSecond(),
      waitingMs: this.#waitingMs,
    });
  }
}

function failedAlone(
  { key }: PutRequest,
  error: unknown,
  { name }: Pick<PatientStore, 'name'>,
): unknown {
  if (!(error instanceof StoreFailure) || error.exit !== 'store') return error;
  return new StoreFailure('permanent', 'store', {
    what: `${name} does not take ${key}`,
    why: `Everything else of the film is stored. ${error.message}: ${error.why ?? ''}`,
    fix: 'Run the same command again: what is stored is not sent again.',
    isOfOneFilm: true,
    cause: error,
  });
}
