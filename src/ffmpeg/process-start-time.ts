import { type ReadStartTime, readProcStartTime } from '../lib/process-identity.ts';
import { run } from './run.ts';

/**
 * When a process started. From `/proc` on Linux; elsewhere `ps` is asked, to the second, in English and
 * in UTC: the machine's own zone may change while somebody holds a lock.
 */
export const processStartTime: ReadStartTime = (pid) =>
  process.platform === 'linux' ? readProcStartTime(pid) : startTimeFromPs(pid);

/** `Sun Nov 22 03:00:00 2026`; undefined for a process that is gone. */
export const startTimeFromPs: ReadStartTime = async (pid) => {
  const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)], {
    env: { LC_ALL: 'C', TZ: 'UTC' },
    timeoutMs: 5_000,
  });
  return stdout.toString().trim() || undefined;
};
