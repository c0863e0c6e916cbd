/**
 * Everything that is known of one film, from the store, the catalogue and this machine, as it was looked
 * at. What is done about it is decided from this alone (`decide.ts`).
 */
export type FilmState = Readonly<{
  slug: string;
  /** A run that lives holds the film's lock: what is seen may be half of something. */
  isBusy: boolean;
  /** A document of it waits in the outbox. */
  isWaiting: boolean;
  store: StoreState;
  /** Undefined when the catalogue has none. */
  document: DocumentState | undefined;
  /** Another slug whose manifest names the same film. */
  twin: string | undefined;
}>;

export type StoreState = Readonly<{
  /**
   * `as recorded`: the text that its revision's manifest has. `other`: another text, though it names a
   * revision of ours. `foreign`: nothing that this program wrote.
   */
  master: 'absent' | 'as recorded' | 'other' | 'foreign';
  /** The revision that viewers have, or had when the master was there. Undefined when nothing says. */
  revision: string | undefined;
  /** Of that revision. */
  manifest: 'there' | 'missing' | 'unreadable';
  /** When viewers were switched to it; the last write of the master. */
  switchedAtMs: number | undefined;
  /** Tombstone in the manifest. */
  deletedAtMs: number | undefined;
  poster: 'as recorded' | 'missing' | 'other';
  /** Keys of the revision that the manifest names. The poster is not among them. */
  missing: readonly string[];
  damaged: readonly string[];
  /** Keys of it with other headers than they should have; only where headers were asked for. */
  mislabelled: readonly string[];
  /** Published before, and whole enough to be switched back to. */
  oldRevisions: readonly Leftover[];
  /** Beside the revisions that have a manifest: runs that were cut off for good, files of others. */
  orphans: readonly Leftover[];
  /** Inside the revision that viewers have, and not named by its manifest. */
  strays: readonly Leftover[];
  /** Values of the record that stand under another public URL, or name another store, than now. */
  movedFields: number;
  /** The rungs of the record are not those of the master. */
  hasOtherRungs: boolean;
}>;

/** Objects below one prefix (or a single key) that could go. */
export type Leftover = Readonly<{
  prefix: string;
  objects: number;
  bytes: number;
  /** The last write to any of them. */
  modifiedAtMs: number;
  /** Seen by a pass before this one. */
  wasSeen: boolean;
}>;

export type DocumentState = Readonly<{
  /** `ready`, `broken`, `deleted` …; '' where there is none. */
  status: string;
  /** It tells of this store: its film belongs here. A catalogue may hold films of other stores. */
  isOurs: boolean;
  /** Pipeline fields that are not as the record has them. */
  differing: readonly string[];
  /** Members of the record that are behind the document: an editor was there. */
  stale: readonly string[];
  /** Its last change; undefined when it does not say. */
  changedAtMs: number | undefined;
  deletedAtMs: number | undefined;
}>;
