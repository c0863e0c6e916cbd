import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import type { ServedFolder } from './served-folder.ts';

/** A file of a served folder, open for reading. Whoever receives it closes the handle. */
export type OpenObject = Readonly<{
  handle: FileHandle;
  bytes: number;
  modifiedAt: Date;
  /** Strong: the store replaces files by rename, so new bytes have a new inode and time. */
  etag: string;
}>;

/**
 * Opens the file of a key (`keyOf`), or answers undefined when there is none that may be shown:
 * absent, no regular file, or a link to something that may not itself be shown of this folder.
 */
export async function openObject(
  folder: ServedFolder,
  key: string,
): Promise<OpenObject | undefined> {
  const path = await resolveInside(folder, key);
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

async function resolveInside(
  { dir, isKey }: ServedFolder,
  key: string,
): Promise<string | undefined> {
  try {
    const [root, path] = await Promise.all([realpath(dir), realpath(`${dir}/${key}`)]);
    return isKey(relative(root, path).split(sep).join('/')) ? path : undefined;
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
