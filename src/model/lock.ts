export type LockRequest = Readonly<{
  /** The slug of a film, `film:<fingerprint>`, `sync:<library>`. */
  name: string;
  /** What the holder does, for the others' error: `ingesting phim-01`. */
  what: string;
  /** How long to wait for another holder. 0 when absent. */
  waitMs?: number;
  signal?: AbortSignal | undefined;
}>;

export interface Lock {
  /**
   * Whoever had it before was presumed dead, and is not known to be: it may wake, and write where it
   * wrote, until it asks again.
   */
  readonly wasTakenOver: boolean;

  /**
   * Fires, with an IngestError `locked`, when somebody took this run for dead and has the lock now: what
   * was slept through. Nothing more may be written then.
   */
  readonly lost: AbortSignal;

  /** Asks now. Throws `locked` when the lock is lost. */
  demandHeld(): Promise<void>;

  /** Gives the lock back. Repeating it does nothing; never throws. */
  release(): Promise<void>;
}

/** Whoever holds a lock is the only one that does, wherever this kind of lock reaches. */
export interface Locks {
  /** Throws IngestError `locked`, naming pid, host and since when; `signal.reason` when it fires. */
  acquire(request: LockRequest): Promise<Lock>;

  /** Names of the locks that somebody alive has or wants. Writes nothing. */
  held(): Promise<ReadonlySet<string>>;
}
