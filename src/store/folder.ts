import { createHash } from 'node:crypto';
import { type BigIntStats, constants } from 'node:fs';
import { lstat, mkdir, open, realpath, rmdir, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { IngestError } from '../errors.ts';
import type { StoreSettings } from '../model/settings.ts';
import type {
  CopyRequest,
  ListedObject,
  ListOptions,
  OpenUpload,
  PartRequest,
  PutRequest,
  ReplaceRequest,
  StandingObject,
  Store,
  StoredObject,
  StoreOptions,
} from '../model/store.ts';
import { checkKey } from './check-key.ts';
import { explainFolderError } from './explain-folder-error.ts';
import { isPermanentFailure, StoreFailure } from './store-failure.ts';
import { syncFolder } from './sync-folder.ts';
import { dropPrepared, sweepTempFiles } from './temp-file.ts';
import { unlessAbsent } from './unless-absent.ts';
import { walkFolder } from './walk-folder.ts';
import { NotAsSeen, writeDurably } from './write-durably.ts';

type FolderSettings = Extract<StoreSettings, Readonly<{ kind: 'folder' }>>;

/**
 * A folder as a store: a key is a path below it. The folder itself may be a symbolic link, nothing
 * below it: no key leads out of it. It is made by the first `put`. `list` knows no MD5s.
 */
export class FolderStore implements Store {
  readonly name: string;
  readonly kind = 'folder';
  readonly bucket = undefined;
  readonly publicBaseUrl: string;
  readonly #root: string;
  /** Once seen, a root that is gone is a disk that was unplugged, and is not made anew elsewhere. */
  #rootWasThere = false;
  readonly #swept = new Set<string>();

  constructor(settings: FolderSettings) {
    this.name = `folder ${settings.dir}`;
    this.publicBaseUrl = settings.publicBaseUrl;
    this.#root = resolve(settings.dir);
  }

  async put(request: PutRequest, { signal }: StoreOptions): Promise<StoredObject> {
    return this.#run(`write ${request.key}`, signal, () => this.#putNow(request, { signal }));
  }

  /**
   * A run that was stopped between its last look and its rename must not rename when it wakes: whoever
   * replaces an object takes away what others have ready for that very key, and a rename of what is not
   * there fails. What they make ready later they do not rename, as they ask for their lock after it.
   */
  async replace(
    request: ReplaceRequest,
    { signal }: StoreOptions,
  ): Promise<StoredObject | undefined> {
    const { key, seen, demandHeld } = request;
    const doing = `write ${key}`;
    try {
      return await this.#run(doing, signal, async () => {
        const path = await this.#pathOf(key);
        await dropPrepared(path);
        const beforeSwitch = async () => {
          if ((await statStanding(path))?.etag !== seen) throw new NotAsSeen();
          await demandHeld();
        };
        return this.#putNow(request, { signal, beforeSwitch });
      });
    } catch (error) {
      if (error instanceof NotAsSeen) return undefined;
      throw error;
    }
  }

  async look(key: string, { signal }: StoreOptions): Promise<StandingObject | undefined> {
    return this.#run(`look at ${key}`, signal, async () => statStanding(await this.#pathOf(key)));
  }

  async readPart(request: PartRequest, { signal }: StoreOptions): Promise<Buffer | undefined> {
    const { key, etag, from, to } = request;
    return this.#run(`read ${key}`, signal, async () => {
      const path = await this.#pathOf(key);
      const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(unlessAbsent);
      if (file === undefined) return undefined;
      try {
        if (etagOf(await file.stat({ bigint: true })) !== etag) return undefined;
        const { buffer, bytesRead } = await file.read(Buffer.alloc(to - from), 0, to - from, from);
        return bytesRead === to - from ? buffer : undefined;
      } finally {
        await file.close();
      }
    });
  }

  async #putNow(
    request: PutRequest,
    { signal, beforeSwitch }: StoreOptions & { beforeSwitch?: () => Promise<void> },
  ): Promise<StoredObject> {
    const { key } = request;
    const path = await this.#pathOf(key);
    await this.#makeFolder(dirname(path));
    return { key, ...(await writeDurably(path, request, { signal, beforeSwitch })) };
  }

  async get(key: string, { signal }: StoreOptions): Promise<Buffer | undefined> {
    return this.#run(`read ${key}`, signal, async () => {
      const path = await this.#pathOf(key);
      const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(unlessAbsent);
      if (file === undefined) return undefined;
      try {
        return (await file.stat()).isFile() ? await file.readFile() : undefined;
      } finally {
        await file.close();
      }
    });
  }

  async copy(request: CopyRequest, { signal }: StoreOptions): Promise<StoredObject | undefined> {
    const { from, key, md5 } = request;
    const body = await this.get(from, { signal });
    if (body === undefined || createHash('md5').update(body).digest('hex') !== md5)
      return undefined;
    return this.put({ key, body, md5, contentType: '', cacheControl: '' }, { signal });
  }

  async *list(prefix: string, { signal, after = '' }: ListOptions): AsyncGenerator<ListedObject> {
    const walk = walkFolder(this.#root, { prefix, after });
    for (;;) {
      const step = await this.#run(`list ${prefix}`, signal, () => walk.next());
      if (step.done === true) return;
      yield step.value;
    }
  }

  async remove(keys: readonly string[], { signal }: StoreOptions): Promise<void> {
    const touched = new Set<string>();
    for (const key of keys) {
      await this.#run(`delete ${key}`, signal, async () => {
        const path = await this.#pathOf(key);
        await unlink(path).catch(unlessAbsent);
        touched.add(dirname(path));
      });
    }
    for (const dir of touched) {
      await this.#run(`tidy up ${dir}`, signal, () => this.#prune(dir));
    }
  }

  /** Who serves the folder knows them by the key. */
  async headers(key: string): Promise<undefined> {
    checkKey(key);
  }

  async relabel(key: string): Promise<void> {
    checkKey(key);
  }

  async *openUploads(): AsyncGenerator<OpenUpload> {}

  async abortUpload(): Promise<void> {}

  isPermanent(error: unknown): boolean {
    return isPermanentFailure(error);
  }

  async close(): Promise<void> {}

  /** Throws when the key is none, or when a folder on the way is a symbolic link. */
  async #pathOf(key: string): Promise<string> {
    checkKey(key);
    const root = await realpath(this.#root).catch(unlessAbsent);
    if (root === undefined) return this.#pathBelowAbsentRoot(key);
    this.#rootWasThere = true;
    let dir = root;
    for (const part of key.split('/').slice(0, -1)) {
      dir = join(dir, part);
      const info = await lstat(dir).catch(unlessAbsent);
      if (info === undefined) break; // and so nothing below it either
      if (info.isSymbolicLink()) throw leadsOut(dir);
    }
    return join(root, key);
  }

  #pathBelowAbsentRoot(key: string): string {
    if (!this.#rootWasThere) return join(this.#root, key);
    throw new StoreFailure('permanent', 'store', {
      what: `${this.#root} is gone`,
      why: 'it was there a moment ago: was the disk unplugged?',
      fix: 'Connect it again, then run the same command again.',
    });
  }

  async #makeFolder(dir: string): Promise<void> {
    const firstMade = await mkdir(dir, { recursive: true });
    this.#rootWasThere = true;
    if (firstMade !== undefined) {
      for (let made = dir; made !== dirname(firstMade); made = dirname(made)) {
        await syncFolder(dirname(made));
      }
    }
    if (this.#swept.has(dir)) return;
    this.#swept.add(dir);
    await sweepTempFiles(dir);
  }

  /** Removes folders that have become empty, from `dir` upwards, never the root. */
  async #prune(dir: string): Promise<void> {
    const root = await realpath(this.#root).catch(unlessAbsent);
    if (root === undefined) return;
    for (let empty = dir; empty.startsWith(`${root}/`); empty = dirname(empty)) {
      try {
        await sweepTempFiles(empty);
        await rmdir(empty);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOTEMPTY' || code === 'EEXIST') return;
        if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
      }
    }
  }

  async #run<T>(
    doing: string,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (error instanceof NotAsSeen || error instanceof IngestError) throw error;
      if (signal?.aborted) throw signal.reason;
      throw explainFolderError(error, { root: this.#root, doing });
    }
  }
}

async function statStanding(path: string): Promise<StandingObject | undefined> {
  const info = await lstat(path, { bigint: true }).catch(unlessAbsent);
  if (info?.isFile() !== true) return undefined;
  const { size, mtimeMs } = info;
  return { bytes: Number(size), md5: undefined, etag: etagOf(info), modifiedAtMs: Number(mtimeMs) };
}

/** A file that was renamed into place is another one, whatever its bytes and its clock. */
function etagOf({ ino, size, mtimeNs }: BigIntStats): string {
  return `${ino}-${size}-${mtimeNs}`;
}

function leadsOut(path: string): StoreFailure {
  return new StoreFailure('permanent', 'store', {
    what: `${path} is a symbolic link`,
    why: 'below the folder of the store nothing may lead out of it',
    fix: 'Put a real folder there, or name the folder that it points to as the library (--library).',
  });
}
