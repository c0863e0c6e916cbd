import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PutRequest } from '../model/store.ts';
import { bodyChunks } from './body.ts';
import { StoreFailure } from './store-failure.ts';
import { syncFolder } from './sync-folder.ts';
import { tempName } from './temp-file.ts';

/** Something else stands where the caller has seen another object. Never leaves the store. */
export class NotAsSeen extends Error {}

export type DurableWrite = Readonly<{
  signal: AbortSignal | undefined;
  /** Asked when all is on the disk, before it takes its name; what it throws keeps the old file. */
  beforeSwitch: (() => Promise<void>) | undefined;
}>;

/**
 * Gives `path` the body, in a folder that is there: readers have the old file or the whole new one, and
 * once this has answered a power cut takes neither name nor bytes away. Leaves nothing when it throws.
 * With `beforeSwitch`, `NotAsSeen` where somebody has taken what was ready (`dropPrepared`).
 */
export async function writeDurably(
  path: string,
  request: PutRequest,
  { signal, beforeSwitch }: DurableWrite,
): Promise<Readonly<{ bytes: number; md5: string }>> {
  const temp = await openTemp(path, { isSwitch: beforeSwitch !== undefined });
  try {
    const written = await writeSynced(temp, request, signal);
    signal?.throwIfAborted();
    await beforeSwitch?.();
    await rename(temp.path, path).catch((error: NodeJS.ErrnoException) => {
      if (beforeSwitch === undefined || error.code !== 'ENOENT') throw error;
      throw new NotAsSeen();
    });
    await syncFolder(dirname(path)); // the new name survives a power cut too
    return written;
  } catch (error) {
    await rm(temp.path, { force: true });
    throw error;
  }
}

type TempFile = Readonly<{ path: string; file: FileHandle }>;

async function openTemp(
  object: string,
  { isSwitch }: Readonly<{ isSwitch: boolean }>,
): Promise<TempFile> {
  const dir = dirname(object);
  for (let attempt = 1; ; attempt += 1) {
    const path = join(dir, tempName(isSwitch ? basename(object) : undefined));
    try {
      return { path, file: await open(path, 'wx') };
    } catch (error) {
      // Someone who removed the last object of this folder has pruned it in the meantime.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === 5) throw error;
      await mkdir(dir, { recursive: true });
    }
  }
}

/** Writes the body and answers once it is on the disk. */
async function writeSynced(
  { file }: TempFile,
  request: PutRequest,
  signal: AbortSignal | undefined,
): Promise<Readonly<{ bytes: number; md5: string }>> {
  const hash = createHash('md5');
  let bytes = 0;
  try {
    for await (const chunk of bodyChunks(request.body, signal)) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      await file.appendFile(chunk);
    }
    const md5 = hash.digest('hex');
    if (request.md5 !== undefined && request.md5 !== md5) throw wrongMd5(request.key);
    await file.sync();
    return { bytes, md5 };
  } finally {
    await file.close();
  }
}

function wrongMd5(key: string): StoreFailure {
  return new StoreFailure('damaged', 'store', {
    what: `${key} was not stored`,
    why: 'its bytes have another MD5 than they should have',
    fix: 'Run the same command again. If it comes back, test the memory and the disk of this machine.',
  });
}
