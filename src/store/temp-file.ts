import { randomBytes } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const DAY_MS = 86_400_000;

/**
 * A name beside the object that is being written: `.4711-a1b2c3d4e5f6~`, or `.4711-a1b2c3d4e5f6~NAME`
 * where it is to be known for which one. The `~` cannot stand in a key, so a temp file can never be
 * taken for an object; the process id tells whose it is.
 */
export function tempName(name = ''): string {
  return `.${process.pid}-${randomBytes(6).toString('hex')}~${name}`;
}

/** Removes what anybody, alive or not, has ready to be renamed to `path` (`tempName` with its name). */
export async function dropPrepared(path: string): Promise<void> {
  const dir = dirname(path);
  for (const name of await readdir(dir).catch(noneIfAbsent)) {
    const [, object] = /^\.\d+-[0-9a-f]{12}~(.+)$/.exec(name) ?? [];
    if (object === basename(path)) await rm(join(dir, name), { force: true });
  }
}

/**
 * Removes from one folder the temp files of runs that were killed: those of a dead process, and, as
 * process ids come round again, those not written to for a day.
 */
export async function sweepTempFiles(dir: string): Promise<void> {
  for (const name of await readdir(dir).catch(noneIfAbsent)) {
    const pid = /^\.(\d+)-[0-9a-f]{12}~/.exec(name)?.[1];
    if (pid === undefined) continue;
    const path = join(dir, name);
    if (isAlive(Number(pid)) && !(await isOlderThanADay(path))) continue;
    await rm(path, { force: true });
  }
}

function noneIfAbsent(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0); // asks only
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function isOlderThanADay(path: string): Promise<boolean> {
  const info = await stat(path).catch(() => undefined);
  return info !== undefined && Date.now() - info.mtimeMs > DAY_MS;
}
