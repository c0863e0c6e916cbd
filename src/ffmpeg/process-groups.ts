/**
 * The groups of processes that were started here and live, by the number of their leader. Each program
 * leads a group of its own, so that what a wrapper script started ends with it, and so that Ctrl-C in a
 * terminal comes to us alone: it is we who say how ffmpeg ends.
 */
const living = new Set<number>();

export function groupBegun(group: number): void {
  living.add(group);
}

export function groupOver(group: number): void {
  living.delete(group);
}

/** To all processes of one group; one that is gone by now is no failure. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  send(-group, signal);
}

/** Ends everything that was started here and still runs, at once. */
export function killAllGroups(): void {
  for (const group of living) send(-group, 'SIGKILL');
}

/** Halts the programs, not their guards: they must hear of our end even so. */
export function haltAllGroups(): void {
  for (const group of living) send(group, 'SIGSTOP');
}

export function resumeAllGroups(): void {
  for (const group of living) send(-group, 'SIGCONT');
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // ESRCH; of a group of zombies macOS says EPERM
  }
}
