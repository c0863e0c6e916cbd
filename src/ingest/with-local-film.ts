import { mkdir, open, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { IngestError } from '../errors.ts';
import { fingerprintFile } from '../lib/fingerprint-file.ts';
import { formatBytes } from '../lib/format-bytes.ts';
import { noRoom } from '../lib/no-room.ts';
import { inOrder } from '../library/in-order.ts';
import { bodyMd5 } from '../store/body.ts';
import { Rate } from '../store/rate.ts';
import type { IngestContext, IngestRequest } from './context.ts';
import { changedMeanwhile, type RemoteFilm } from './read-film.ts';
import { roomIn } from './work-folder.ts';

export type LocalFilmOptions = Readonly<{
  request: IngestRequest;
  film: Readonly<{ bytes: number; fingerprint: string; remote: RemoteFilm | undefined }>;
  context: IngestContext;
}>;

/** What one request fetches, and how many are under way: enough for 80 ms and a fast line. */
const PIECE_BYTES = 8 * 1_048_576;
const AT_ONCE = 6;

/** The disk is asked to keep so much before it counts as there: after a power cut the rest is fetched again. */
const SYNC_BYTES = 64 * 1_048_576;

/**
 * Runs `work` with the film as a file. One in a bucket is fetched into the scratch folder: by pieces,
 * gone on with where a run was cut off, compared with the object by size, fingerprint and, where the
 * store knows it, MD5. The caller holds the lock on the film's content, so that no two fetch it here.
 * The copy is removed when the film is in, and when it is the film that is at fault; after anything
 * else it stays for the same command to go on from. Throws `space` before the first byte.
 */
export async function withLocalFilm<Result>(
  { request, film, context }: LocalFilmOptions,
  work: (local: IngestRequest) => Promise<Result>,
): Promise<Result> {
  const { remote } = film;
  if (remote === undefined) return work(request);
  const dir = scratchFolder(film.fingerprint, context);
  const path = join(dir, remote.address.fileName);
  const remove = async () => {
    await rm(dir, { recursive: true, force: true }).catch(() => {});
    await rmdir(context.settings.scratchDir).catch(() => {}); // not empty: of other films
  };
  try {
    await fetchFilm(path, dir, { request, film: { ...film, remote }, context });
    const result = await work({ ...request, path });
    await remove();
    return result;
  } catch (error) {
    if (error instanceof IngestError && error.exit === 'film') await remove();
    throw explain(error, dir);
  }
}

/** Removes what was fetched of a film; for one that nobody wants any more. The caller holds its lock. */
export async function clearScratch(
  fingerprint: string,
  context: Pick<IngestContext, 'settings'>,
): Promise<void> {
  await rm(scratchFolder(fingerprint, context), { recursive: true, force: true }).catch(() => {});
}

function scratchFolder(
  fingerprint: string,
  { settings: { scratchDir } }: Pick<IngestContext, 'settings'>,
): string {
  return join(scratchDir, fingerprint.replace(/^q1:/, '').slice(0, 32));
}

type Fetch = LocalFilmOptions & Readonly<{ film: Readonly<{ remote: RemoteFilm }> }>;

async function fetchFilm(path: string, dir: string, fetch: Fetch): Promise<void> {
  const { request, film, context } = fetch;
  const { report, signal } = context;
  const startedAt = performance.now();
  report({ type: 'step', step: 'download' });
  await mkdir(dir, { recursive: true });
  const there = await stat(path).catch(() => undefined);
  const isWhole = there?.size === film.bytes;
  const keptBytes = isWhole ? film.bytes : SYNC_BYTES * Math.floor((there?.size ?? 0) / SYNC_BYTES);
  await demandRoom(dir, film.bytes - keptBytes);
  if (!isWhole) await fetchRest(path, keptBytes, fetch);
  const { md5 } = film.remote.object;
  const isSame =
    (await fingerprintFile(path)) === film.fingerprint &&
    (md5 === undefined || (await bodyMd5({ path, bytes: film.bytes }, signal)) === md5);
  if (!isSame) {
    await rm(path, { force: true });
    throw new IngestError('store', {
      what: `${film.remote.address.fileName} did not arrive as it is in ${film.remote.store.name}`,
      why: 'Its content differs from the object: damaged on the way or on this disk.',
      fix: 'Run the same command again. If it comes back, test the memory and the disk of this machine.',
      isOfOneFilm: true,
    });
  }
  const elapsedMs = performance.now() - startedAt;
  report({ type: 'downloaded', file: request.path, bytes: film.bytes, keptBytes, elapsedMs });
}

async function fetchRest(path: string, from: number, fetch: Fetch): Promise<void> {
  const { request, film, context } = fetch;
  const { address, store, object } = film.remote;
  const { report, signal } = context;
  const rate = new Rate(() => performance.now());
  const read = (at: number) =>
    store.readPart(
      { key: address.key, etag: object.etag, from: at, to: Math.min(film.bytes, at + PIECE_BYTES) },
      { signal },
    );
  // Not truncated when it is opened: what is there of it stays.
  const file = await open(path, from === 0 ? 'w' : 'r+');
  try {
    await file.truncate(from);
    let at = from;
    for await (const piece of inOrder(piecesFrom(from, film.bytes), AT_ONCE, read)) {
      if (piece === undefined) throw changedMeanwhile(request.path);
      signal.throwIfAborted();
      await file.write(piece, 0, piece.length, at);
      at += piece.length;
      rate.add(piece.length);
      if (at % SYNC_BYTES === 0) await file.datasync();
      const bytesPerSecond = rate.perSecond();
      report({
        type: 'download.progress',
        file: request.path,
        doneBytes: at,
        totalBytes: film.bytes,
        bytesPerSecond,
      });
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

async function* piecesFrom(from: number, bytes: number): AsyncGenerator<number> {
  for (let at = from; at < bytes; at += PIECE_BYTES) yield at;
}

async function demandRoom(dir: string, bytes: number): Promise<void> {
  const { freeBytes } = await roomIn(dir);
  if (freeBytes >= bytes) return;
  throw new IngestError('space', {
    what: `not enough disk space: ${formatBytes(bytes)} needed in ${dir}, ${formatBytes(freeBytes)} free`,
    why: 'A film from a bucket is fetched whole before it is encoded.',
    fix: 'Make space, or use another disk: --scratch DIR',
  });
}

function explain(error: unknown, dir: string): unknown {
  const full = error instanceof IngestError ? undefined : noRoom(error);
  if (full !== undefined) {
    return new IngestError('space', {
      what: `nothing more can be written in the scratch folder ${dir} (${full.code})`,
      why: full.why,
      fix: `${full.fix}, or use another folder: --scratch DIR. Then run the same command again.`,
      cause: error,
    });
  }
  const { code, path } = error as NodeJS.ErrnoException;
  const isForbidden = ['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR'].includes(code ?? '');
  if (!isForbidden || path?.startsWith(dir) !== true) return error;
  return new IngestError('space', {
    what: `the scratch folder ${dir} cannot be written (${code})`,
    why: (error as Error).message,
    fix: 'Choose another: --scratch DIR',
    cause: error,
  });
}
