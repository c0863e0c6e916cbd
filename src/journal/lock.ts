import { access, mkdir, rm, utimes } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { IngestError } from '../errors.ts';
import { lockedBy, lockLost } from '../lib/locked-by.ts';
import { noRoom } from '../lib/no-room.ts';
import {
  type Machine,
  type ReadStartTime,
  readProcStartTime,
  thisMachine,
  thisProcess,
} from '../lib/process-identity.ts';
import type { Lock, LockRequest } from '../model/lock.ts';
import {
  type Claim,
  claimedNames,
  livingClaims,
  markHeld,
  type Place,
  type StandingClaim,
  writeClaim,
} from './claim.ts';

export type LockOptions = LockRequest &
  Readonly<{
    /** Folder of all locks; made when it is not there. */
    dir: string;
    /** Guards against a process number that went to another process. macOS has to bring its own. */
    processStartTime?: ReadStartTime;
  }>;

/** Two that come at the same moment both step back and try again; this long at most. */
const CONTEST_MS = 5_000;
const HEARTBEAT_MS = 5 * 60_000;

/**
 * Takes a lock that one process at a time can have, on this machine or on a shared folder (restic's
 * design, catalog-sync-scale.md §3): everyone writes a claim of its own, then looks for others. A
 * holder that is dead on this machine is replaced at once, whatever the clocks say; one on another
 * machine after 30 minutes without a heartbeat. Of several that come at once exactly one gets it.
 * Throws IngestError `locked`, naming pid, host and since when, after `waitMs`; `usage` when the
 * folder cannot be written; `signal.reason` when the signal fires. Then no claim is left behind.
 */
export async function acquireLock(options: LockOptions): Promise<Lock> {
  const place = { dir: options.dir, name: fileNamePart(options.name) };
  const readStartTime = options.processStartTime ?? readProcStartTime;
  const me = await thisProcess(readStartTime);
  const machine = { host: me.host, processSpace: me.processSpace };
  const startedAt = performance.now();
  let wasTakenOver = false;
  const onPresumedDead = () => {
    wasTakenOver = true;
  };
  for (let attempt = 1; ; attempt += 1) {
    options.signal?.throwIfAborted();
    const claim = { ...me, at: new Date().toISOString(), what: options.what.slice(0, 500) };
    const own = await explainFolder(place.dir, () => stake(place, claim));
    const look = () => livingClaims(place, { own, machine, readStartTime, onPresumedDead });
    const others = await unlessItFails(own, () => explainFolder(place.dir, look));
    if (others.length === 0) return hold(own, wasTakenOver);
    await rm(own, { force: true });
    const holder = others.find(({ isHeld }) => isHeld);
    const limitMs = Math.max(options.waitMs ?? 0, holder === undefined ? CONTEST_MS : 0);
    const leftMs = limitMs - (performance.now() - startedAt);
    if (leftMs <= 0) throw locked(holder ?? others[0], machine);
    const pauseMs = Math.min(leftMs, pauseOf(attempt, holder !== undefined));
    await delay(pauseMs, undefined, { signal: options.signal }).catch(() => {});
  }
}

/** The locks of a folder that somebody alive has or wants, by name. Writes nothing. */
export async function heldLocks(
  dir: string,
  readStartTime: ReadStartTime = readProcStartTime,
): Promise<ReadonlySet<string>> {
  const names = await claimedNames(dir, { machine: await thisMachine(), readStartTime });
  return new Set([...names].map((name) => decodeURIComponent(name)));
}

async function stake(place: Place, claim: Claim): Promise<string> {
  await mkdir(place.dir, { recursive: true, mode: 0o755 });
  return writeClaim(place, claim);
}

/**
 * From here on it is ours: said to others, and kept young for those on other machines. A claim that is
 * gone was taken for dead by one of them: by file alone that is known only afterwards.
 */
async function hold(own: string, wasTakenOver: boolean): Promise<Lock> {
  await unlessItFails(own, () => markHeld(own));
  const lost = new AbortController();
  const heedLoss = (error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') lost.abort(lockLost(undefined));
  };
  const touch = () => utimes(own, new Date(), new Date()).catch(heedLoss);
  const heartbeat = setInterval(() => void touch(), HEARTBEAT_MS).unref();
  return {
    wasTakenOver,
    lost: lost.signal,
    demandHeld: async () => {
      await access(own).catch(heedLoss);
      lost.signal.throwIfAborted();
    },
    release: async () => {
      clearInterval(heartbeat);
      await rm(own, { force: true }).catch(() => {}); // then it is found dead when we are
    },
  };
}

/** Leaves no claim behind when `action` fails. */
async function unlessItFails<T>(own: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    await rm(own, { force: true }).catch(() => {});
    throw error;
  }
}

/** Random, or two that step back would meet again and again; slower while somebody really works. */
function pauseOf(attempt: number, isHeld: boolean): number {
  const longestMs = isHeld ? 1_000 : Math.min(10 * 2 ** attempt, 320);
  return longestMs * (0.2 + 0.8 * Math.random());
}

function locked(other: StandingClaim | undefined, machine: Machine): IngestError {
  if (other === undefined) throw new Error('a lock was refused though nobody has it');
  const { at, ...holder } = other.claim;
  return lockedBy(
    { ...holder, since: new Date(at) },
    {
      isHere: holder.host === machine.host,
      remedy: `If that machine is gone, remove ${other.file}`,
    },
  );
}

/** Names are ours, not the user's; what could leave the folder is a bug. */
function fileNamePart(name: string): string {
  if (!/^[a-z0-9][a-z0-9:_-]{0,150}$/.test(name)) throw new Error(`not a name for a lock: ${name}`);
  return encodeURIComponent(name);
}

async function explainFolder<T>(dir: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const full = noRoom(error);
    throw new IngestError(full === undefined ? 'usage' : 'space', {
      what: `The folder for locks cannot be written: ${dir}`,
      why: full?.why ?? `The system says ${code}`,
      fix: `${full === undefined ? 'Choose' : `${full.fix}, or choose`} another folder for state with MOVIE_INGEST_STATE_DIR`,
      cause: error,
    });
  }
}
