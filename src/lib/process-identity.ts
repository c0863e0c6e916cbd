import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

/** Tells when a process started, in any form that two processes of one number do not share. */
export type ReadStartTime = (pid: number) => Promise<string | undefined>;

/**
 * Which machine a process number means something on. Containers may share a host's name but not its
 * process numbers, so on Linux the process namespace is part of it.
 */
export type Machine = Readonly<{ host: string; processSpace: string }>;

/** A process as others can know it, later and elsewhere. */
export type ProcessIdentity = Machine & Readonly<{ pid: number; startTime?: string | undefined }>;

export async function thisMachine(): Promise<Machine> {
  const processSpace = await readlink('/proc/self/ns/pid').catch(() => '');
  return { host: hostname(), processSpace };
}

export async function thisProcess(readStartTime: ReadStartTime): Promise<ProcessIdentity> {
  const startTime = await readStartTime(process.pid);
  const known = startTime === undefined ? {} : { startTime };
  return { pid: process.pid, ...known, ...(await thisMachine()) };
}

/** `elsewhere`: a process of another machine, or of another container, of which nothing can be known. */
export async function lifeOf(
  { pid, startTime, host, processSpace }: ProcessIdentity,
  { machine, readStartTime }: Readonly<{ machine: Machine; readStartTime: ReadStartTime }>,
): Promise<'alive' | 'dead' | 'elsewhere'> {
  if (host !== machine.host || processSpace !== machine.processSpace) return 'elsewhere';
  if (!isRunning(pid)) return 'dead';
  // The number may have gone to another process since; never judged by clocks, which jump.
  const now = await readStartTime(pid);
  const isOther = now !== undefined && startTime !== undefined && now !== startTime;
  return isOther ? 'dead' : 'alive';
}

/**
 * From `/proc`, without starting a process: the boot and the clock tick (field 22 of `stat`) in which
 * the process started. Undefined where there is no /proc (macOS) and for processes that are gone.
 */
export const readProcStartTime: ReadStartTime = async (pid) => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    // Field 2 is the program's name in brackets and may hold anything, brackets and spaces too.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return ticks === undefined ? undefined : `${boot.trim()}/${ticks}`;
  } catch {
    return undefined;
  }
};

/** Sends nothing (signal 0). A process of another user is there as well. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
