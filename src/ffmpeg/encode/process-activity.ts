import { readdir, readFile } from 'node:fs/promises';
import { run } from '../run.ts';

/**
 * What a group of processes has worked so far, as a text that is another one when it has: processor
 * time, and on Linux the bytes that it has read. Undefined where the system does not tell.
 */
export async function processActivity(group: number): Promise<string | undefined> {
  return (await fromProc(group)) ?? (await fromPs(group));
}

async function fromProc(group: number): Promise<string | undefined> {
  const entries = await readdir('/proc').catch(() => []);
  const pids = entries.filter((name) => /^\d+$/.test(name));
  if (pids.length === 0) return undefined;
  const members = await Promise.all(pids.map((pid) => memberActivity(pid, group)));
  return members.filter((it) => it !== undefined).join(' ');
}

async function memberActivity(pid: string, group: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // Field 2 is the program's name in brackets and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(fields[2]) !== group) return undefined;
    const io = await readFile(`/proc/${pid}/io`, 'utf8').catch(() => '');
    return [pid, fields[11], fields[12], /^rchar: (\d+)/m.exec(io)?.[1] ?? ''].join(':');
  } catch {
    return undefined; // gone by now
  }
}

/** macOS, to a hundredth of a second. */
async function fromPs(group: number): Promise<string | undefined> {
  const { stdout } = await run('ps', ['-A', '-o', 'pgid=,time='], { timeoutMs: 5_000 });
  const lines = stdout.toString().split('\n');
  const own = lines.filter((line) => line.trim().startsWith(`${group} `));
  return own.length === 0 ? undefined : own.join(' ');
}
