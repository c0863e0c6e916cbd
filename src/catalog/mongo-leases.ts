import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Collection, Document } from 'mongodb';
import { lockedBy, lockLost } from '../lib/locked-by.ts';
import {
  lifeOf,
  type ProcessIdentity,
  type ReadStartTime,
  thisMachine,
  thisProcess,
} from '../lib/process-identity.ts';
import { within } from '../lib/within.ts';
import type { Lock, LockRequest, Locks } from '../model/lock.ts';
import { readMongoFailure } from './mongo-failure.ts';

/** Times are the server's own, so that no machine's clock counts. */
type LeaseDocument = Readonly<{
  _id: string;
  /** Of one acquisition: what fences off a run that slept through its lease. */
  owner: string;
  pid: number;
  start_time?: string;
  host: string;
  process_space: string;
  what: string;
  since: Date;
  expires_at: Date;
}>;

export type LeaseCollection = Collection<LeaseDocument>;

export type MongoLeasesOptions = Readonly<{
  collection: LeaseCollection;
  readStartTime: ReadStartTime;
  /** Makes errors of the driver understandable. */
  explained: <Result>(work: () => Promise<Result>) => Promise<Result>;
  onWarning: (warning: Readonly<{ message: string; fix?: string }>) => void;
  /** How long a lease outlives its last renewal. */
  leaseMs?: number;
}>;

/** A machine that is gone keeps others waiting so long; a lost network of less costs nothing. */
const LEASE_MS = 60_000;
const SWEEP_AFTER_SECONDS = 7 * 24 * 3_600;
/** A server that hangs must not hold up the end of a run. */
const RELEASE_MS = 1_000;
const ASK_MS = 3_000;

/** A lease of nobody that is not there: a user who may not write to its collection goes without. */
const WITHOUT: Lock = {
  wasTakenOver: false,
  lost: new AbortController().signal,
  demandHeld: async () => {},
  release: async () => {},
};

/**
 * Locks among machines that share a MongoDB: a document per lock, `_id` its name, renewed while it is
 * held (catalog-sync-scale.md §3). A holder that is not heard of for a minute is replaced, a dead one on
 * this machine at once. The two steps of taking one are each atomic on the server.
 */
export class MongoLeases implements Locks {
  readonly #leases: LeaseCollection;
  readonly #options: MongoLeasesOptions;
  readonly #leaseMs: number;
  #isUsable = true;

  constructor(options: MongoLeasesOptions) {
    this.#leases = options.collection;
    this.#options = options;
    this.#leaseMs = options.leaseMs ?? LEASE_MS;
  }

  async acquire({ name, what, waitMs = 0, signal }: LockRequest): Promise<Lock> {
    const startedAt = performance.now();
    const me = await thisProcess(this.#options.readStartTime);
    const owner = randomUUID();
    for (;;) {
      signal?.throwIfAborted();
      if (!this.#isUsable) return WITHOUT;
      const taken = await this.#explainedOrWithout(
        () => this.#take(name, { owner, what, me }),
        TAKEN,
      );
      if ('isOurs' in taken) {
        return this.#isUsable ? this.#hold(name, { ...taken, owner }) : WITHOUT;
      }
      const { other } = taken;
      if (other === 'gone' || (await this.#removedDead(other))) continue;
      const leftMs = waitMs - (performance.now() - startedAt);
      if (leftMs <= 0) throw this.#locked(other, me);
      await delay(Math.min(leftMs, 500 + 1_000 * Math.random()), undefined, { signal }).catch(
        () => {},
      );
    }
  }

  async held(): Promise<ReadonlySet<string>> {
    if (!this.#isUsable) return new Set();
    const isValid = { $expr: { $gt: ['$expires_at', '$$NOW'] } };
    const standing = await this.#explainedOrWithout(
      () => this.#leases.find(isValid).toArray(),
      [] as LeaseDocument[],
    );
    const names = new Set<string>();
    for (const lease of standing) if ((await this.#life(lease)) !== 'dead') names.add(lease._id);
    return names;
  }

  /** Leases of machines that never came back are swept by the server, some day. */
  async prepare(): Promise<void> {
    const sweep = { name: 'swept_when_old', expireAfterSeconds: SWEEP_AFTER_SECONDS };
    await this.#leases.createIndex({ expires_at: 1 }, sweep).catch(() => {});
  }

  /** Ours now, or who has it. Repeating it after a lost answer is safe. */
  async #take(
    name: string,
    { owner, what, me }: Readonly<{ owner: string; what: string; me: ProcessIdentity }>,
  ): Promise<Taken> {
    const content = [
      {
        $set: {
          ...asLiterals({
            owner,
            pid: me.pid,
            ...(me.startTime === undefined ? {} : { start_time: me.startTime }),
            host: me.host,
            process_space: me.processSpace,
            what: what.slice(0, 500),
          }),
          since: '$$NOW',
          expires_at: this.#expiry(),
        },
      },
    ];
    try {
      await this.#leases.updateOne({ _id: name, owner }, content, { upsert: true });
      return TAKEN;
    } catch (error) {
      if (readMongoFailure(error)?.serverCode !== 11_000) throw error;
    }
    // `$expr` cannot stand in an upsert, so an expired one is taken over in a step of its own.
    const isExpired = { _id: name, $expr: { $lte: ['$expires_at', '$$NOW'] } };
    const before = await this.#leases.findOneAndUpdate(isExpired, content);
    if (before !== null) {
      return { isOurs: true, wasTakenOver: (await this.#life(before)) !== 'dead' };
    }
    const other = await this.#leases.findOne({ _id: name });
    // Taken over, and the answer was lost: from whom is not known any more.
    if (other?.owner === owner) return { isOurs: true, wasTakenOver: true };
    return { other: other ?? 'gone' };
  }

  #hold(name: string, { owner, wasTakenOver }: Readonly<{ owner: string; wasTakenOver: boolean }>) {
    const lost = new AbortController();
    const renew = async () => {
      const renewal = [{ $set: { expires_at: this.#expiry() } }];
      // Never made anew: one that is gone may have been taken over and given back by now.
      const { matchedCount } = await this.#leases.updateOne({ _id: name, owner }, renewal);
      if (matchedCount === 0)
        lost.abort(lockLost((await this.#leases.findOne({ _id: name })) ?? undefined));
    };
    const timer = setInterval(() => void renew().catch(() => {}), this.#leaseMs / 3).unref();
    const lock: Lock = {
      wasTakenOver,
      lost: lost.signal,
      demandHeld: async () => {
        // A server that is away takes nobody's lease away, and the film must not be lost for it: what
        // is published is compared with what this very run has put, object by object.
        await within(ASK_MS, renew()).catch(() => {});
        lost.signal.throwIfAborted();
      },
      release: async () => {
        clearInterval(timer);
        const giveBack = this.#leases.deleteOne({ _id: name, owner });
        await within(RELEASE_MS, giveBack).catch(() => {}); // then it expires
      },
    };
    return lock;
  }

  #expiry(): Document {
    return { $add: ['$$NOW', this.#leaseMs] };
  }

  async #removedDead(lease: LeaseDocument): Promise<boolean> {
    if ((await this.#life(lease)) !== 'dead') return false;
    await this.#options.explained(() =>
      this.#leases.deleteOne({ _id: lease._id, owner: lease.owner }),
    );
    return true;
  }

  async #life(lease: LeaseDocument): ReturnType<typeof lifeOf> {
    const { pid, start_time: startTime, host, process_space: processSpace } = lease;
    const machine = await thisMachine();
    const { readStartTime } = this.#options;
    return lifeOf({ pid, startTime, host, processSpace }, { machine, readStartTime });
  }

  #locked(lease: LeaseDocument, me: ProcessIdentity) {
    const seconds = Math.ceil(this.#leaseMs / 1_000);
    const remedy = `If that machine is gone, the film is free ${seconds} s after it was last heard of.`;
    return lockedBy(lease, { isHere: lease.host === me.host, remedy });
  }

  /**
   * What the server refuses for good (a user who has rights to `movies` alone, a database that only
   * speaks like MongoDB) must not keep a single machine from its work: it is told, once.
   */
  async #explainedOrWithout<Result>(work: () => Promise<Result>, instead: Result): Promise<Result> {
    try {
      return await this.#options.explained(work);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#isUsable = false;
      const { namespace } = this.#leases;
      this.#options.onWarning({
        message: `${namespace} cannot be used: another machine that ingests the same film is not noticed`,
        fix: `With several machines, let the database user read and write ${namespace}`,
      });
      return instead;
    }
  }
}

type Taken =
  | Readonly<{ isOurs: true; wasTakenOver: boolean }>
  | Readonly<{ other: LeaseDocument | 'gone' }>;

const TAKEN: Taken = { isOurs: true, wasTakenOver: false };

/** Texts that begin with `$` would be taken for fields in a pipeline. */
function asLiterals(fields: Readonly<Record<string, unknown>>): Document {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, { $literal: value }]),
  );
}

/** Unauthorized, CommandNotFound, FailedToParse, NotImplemented, no `$$NOW` and no pipelines. */
const REFUSALS = new Set([9, 13, 59, 115, 168, 238, 303, 17_276, 40_324, 40_415]);

function isRefusal(error: unknown): boolean {
  for (let next = error; next instanceof Error; next = next.cause) {
    const code = readMongoFailure(next)?.serverCode;
    if (code !== undefined) return REFUSALS.has(code);
  }
  return false;
}
