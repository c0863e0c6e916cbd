import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { isStoreKey } from './store-key.ts';

/** An object of the folder store, open for reading. Whoever receives it closes the handle. */
export type OpenObject = Readonly<{
  handle: FileHandle;
  bytes: number;
  modifiedAt: Date;
  /** Strong: the store replaces files by rename, so new bytes have a new inode and time. */
  etag: string;
}>;

/**
 * Opens the file of a key (`storeKey`), or answers undefined when there is none that may be shown:
 * absent, no regular file, or a link to something that is not itself an object of this folder.
 */
export async function openObject(mediaDir: string, key: string): Promise<OpenObject | undefined> {
  const path = await resolveInside(mediaDir, key);
  const handle = path === undefined ? undefined : await openToRead(path);
  if (handle === undefined) return undefined;
  const stat = await handle.stat({ bigint: true });
  if (!stat.isFile()) {
    await handle.close();
    return undefined;
  }
  return {
    handle,
    bytes: Number(stat.size),
    modifiedAt: stat.mtime,
    etag: `"${stat.ino.toString(36)}-${stat.size.toString(36)}-${stat.mtimeNs.toString(36)}"`,
  };
}

async function resolveInside(mediaDir: string, key: string): Promise<string | undefined> {
  try {
    const [root, path] = await Promise.all([realpath(mediaDir), realpath(`${mediaDir}/${key}`)]);
    return isStoreKey(relative(root, path).split(sep).join('/')) ? path : undefined;
  } catch (error) {
    return undefinedIfAbsent(error);
  }
}

async function openToRead(path: string): Promise<FileHandle | undefined> {
  // O_NOFOLLOW: no link may take the place of what realpath saw. O_NONBLOCK: a FIFO must not hang us.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  try {
    return await open(path, flags);
  } catch (error) {
    return undefinedIfAbsent(error);
  }
}

const ABSENT = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'ENAMETOOLONG'];

function undefinedIfAbsent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && ABSENT.includes(String(error.code))) return;
  throw error;
}
