import { readdirSync, readFileSync } from 'node:fs';

/** Processes whose command line holds these words, as `ps` would show them (Linux). */
export function processesWith(words: string): readonly number[] {
  return pids().filter((pid) => commandLineOf(pid).includes(words));
}

/** A process and all that it has started, however deep (Linux). */
export function familyOf(pid: number): readonly number[] {
  const parents = new Map(pids().map((one) => [one, parentOf(one)]));
  const family = new Set([pid]);
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const [one, parent] of parents)
      if (parent !== undefined && family.has(parent)) family.add(one);
  }
  return [...family];
}

function pids(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid);
}

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // gone meanwhile
  }
}

/** The name, in brackets, may hold anything: the fields begin after the last of them. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}
