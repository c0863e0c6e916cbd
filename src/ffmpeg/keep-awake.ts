import { access, constants } from 'node:fs/promises';
import { run } from './run.ts';

const CAFFEINATE = '/usr/bin/caffeinate';

export type KeepAwakeOptions = Readonly<{
  platform: NodeJS.Platform;
  /** Instead of macOS' own; for tests. */
  program?: string;
  /** Until then; and no longer than this process lives. */
  signal: AbortSignal;
}>;

/**
 * Keeps a Mac from falling asleep for want of a user; its screen may, and a lid that is closed still puts
 * it to sleep. Elsewhere, and where there is no caffeinate, nothing happens. Answers when it has ended.
 */
export async function keepAwake({
  platform,
  program = CAFFEINATE,
  signal,
}: KeepAwakeOptions): Promise<void> {
  if (platform !== 'darwin') return;
  const isThere = await access(program, constants.X_OK).then(
    () => true,
    () => false,
  );
  // `-w`: it lets go by itself if this process is killed (caffeinate(8)).
  if (isThere) await run(program, ['-i', '-w', String(process.pid)], { signal });
}
