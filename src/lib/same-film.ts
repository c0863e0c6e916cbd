import { stat } from 'node:fs/promises';
import { fingerprintFile } from './fingerprint-file.ts';
import { formatBytes } from './format-bytes.ts';

/** What a film file was when it was probed. */
export type FilmStamp = Readonly<{
  path: string;
  bytes: number;
  modifiedAtMs: number;
  fingerprint: string;
}>;

/**
 * Says what changed of the file at `path` since; undefined when it is the same. Not by its inode, which
 * some network drives invent anew. A copy that is still under way shows in size or time, a file that
 * was put in its place in the fingerprint too.
 */
export async function sameFilm(stamp: FilmStamp): Promise<string | undefined> {
  const { path, bytes, modifiedAtMs, fingerprint } = stamp;
  const now = await stat(path).catch((error: NodeJS.ErrnoException) => error.code ?? 'unknown');
  if (typeof now === 'string')
    return now === 'ENOENT' ? 'it is gone' : `it cannot be read (${now})`;
  if (now.size !== bytes)
    return `it had ${formatBytes(bytes)}, it has ${formatBytes(now.size)} now`;
  if (Math.floor(now.mtimeMs) !== modifiedAtMs) return 'somebody wrote to it';
  const print = await fingerprintFile(path).catch(() => undefined);
  return print === fingerprint ? undefined : 'its content is another';
}
