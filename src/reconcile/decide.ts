import type { FilmState, Leftover } from './film-state.ts';

/** What may be done beside that which is always done. */
export type Allowed = Readonly<{
  /** The store wins over editors too: the catalogue is made from it. */
  rebuild: boolean;
  repair: boolean;
  prune: boolean;
  purge: boolean;
  rewriteUrls: boolean;
  fixHeaders: boolean;
  /** How long nobody may have written to a leftover, or a film have been deleted, before it goes. */
  graceMs: number;
  nowMs: number;
}>;

/** What can be done about a finding (`library/act.ts` does it). */
export type Action =
  | Readonly<{
      do:
        | 'write document'
        | 'record document'
        | 'mark broken'
        | 'mark failed'
        | 'put master'
        | 'repair objects'
        | 'make poster'
        | 'rewrite urls'
        | 'fix rungs'
        | 'relabel'
        | 'finish removal'
        | 'purge';
    }>
  | Readonly<{ do: 'remove leftover'; leftover: Leftover }>;

/** The flag that allows an action; undefined when it needs none. */
export type Flag = '--repair' | '--prune' | '--purge' | '--rewrite-urls' | '--fix-headers';

export type Finding = Readonly<{
  /** Of the table in docs/library.md. */
  row: number;
  /** rclone's marks: `+` only in the source, `-` only in the copy, `*` differs, `!` cannot be settled. */
  mark: '+' | '-' | '*' | '!';
  /** A stable name for scripts: `document lost`. */
  kind: string;
  detail: string;
  /** The object that it is about, where it is about one. */
  key?: string;
  action?: Action;
  /** What allows the action; nothing when it needs no leave. */
  needs?: Flag;
  /** Store and catalogue are untrue until it is settled. */
  isDrift: boolean;
  /** Settling it takes something away from viewers or from the store: counted, and never in doubt. */
  isLoss: boolean;
  /** How it is settled where no flag does it: the end of a command line. */
  remedy?: string;
}>;

/** Nobody can be at work on what has stood still for this long. */
const STALE_MS = 24 * 3_600_000;

/**
 * What is to be said of a film, and what can be done about it: the fifteen rows of docs/library.md.
 * Pure: the same state, the same answer. Nothing is decided of a film that a run is at work on. Actions
 * stand in the order in which they are to be done.
 */
export function decide(state: FilmState, allowed: Allowed): readonly Finding[] {
  if (state.isBusy) return [];
  if (isDeleted(state)) return decideDeleted(state, allowed);
  return isPublished(state) || state.document?.isOurs === true || state.isWaiting
    ? [
        ...decideMaster(state, allowed),
        ...decideObjects(state),
        ...decidePoster(state),
        ...decideRecord(state),
        ...decideDocument(state, allowed),
        ...decideTwin(state),
        ...decideLeftovers(state, allowed),
      ]
    : decideLeftovers(state, allowed);
}

/** Whether `allowed` lets the action of a finding be done now. */
export function isAllowed({ action, needs }: Finding, allowed: Allowed): boolean {
  if (action === undefined) return false;
  if (action.do === 'remove leftover' && !mayGo(action.leftover, allowed)) return false;
  return needs === undefined || allowed[LEAVE[needs]];
}

const LEAVE = {
  '--repair': 'repair',
  '--prune': 'prune',
  '--purge': 'purge',
  '--rewrite-urls': 'rewriteUrls',
  '--fix-headers': 'fixHeaders',
} as const satisfies Record<Flag, keyof Allowed>;

/** Two passes: what only this one has seen may be the work of a run that nobody here knows of. */
function mayGo({ wasSeen, modifiedAtMs }: Leftover, { nowMs, graceMs }: Allowed): boolean {
  return wasSeen && nowMs - modifiedAtMs >= graceMs;
}

/** Viewers have it, and its manifest tells what it is. */
function isPublished({ store }: FilmState): boolean {
  return store.master !== 'absent' && store.manifest === 'there';
}

function isWhole({ store }: FilmState): boolean {
  return store.manifest === 'there' && store.missing.length === 0 && store.damaged.length === 0;
}

function isDeleted({ store, document }: FilmState): boolean {
  return store.deletedAtMs !== undefined || document?.status === 'deleted';
}

/** Row 14. What `rm` began is finished, and purged when its time has come. */
function decideDeleted(state: FilmState, allowed: Allowed): readonly Finding[] {
  const { store, document } = state;
  const isUnfinished =
    store.master !== 'absent' ||
    (store.manifest === 'there' && store.deletedAtMs === undefined) ||
    (document !== undefined && document.status !== 'deleted');
  if (isUnfinished) {
    return [
      finding(14, '*', 'removal unfinished', {
        detail: 'it was deleted, but not everywhere',
        action: { do: 'finish removal' },
        isLoss: true,
      }),
    ];
  }
  const deletedAtMs = Math.max(store.deletedAtMs ?? 0, document?.deletedAtMs ?? 0);
  if (allowed.nowMs - deletedAtMs < allowed.graceMs) return [];
  return [
    finding(14, '-', 'deleted', {
      detail: `deleted ${when(deletedAtMs)}; can be purged`,
      action: { do: 'purge' },
      needs: '--purge',
      isDrift: false,
      isLoss: true,
    }),
  ];
}

/** Rows 3 and 15, and a master that is not the one of its revision. */
function decideMaster(state: FilmState, { nowMs, repair }: Allowed): readonly Finding[] {
  const { store, document } = state;
  if (store.master === 'foreign') {
    return [
      finding(3, '!', 'master foreign', {
        detail: 'master.m3u8 was not written by movie-ingest',
        remedy: 'add --force FILM',
      }),
    ];
  }
  if (store.master === 'other') {
    return [
      finding(3, '*', 'master differs', {
        detail: `master.m3u8 is not that of revision ${store.revision ?? '?'}`,
        // Its text is in the manifest.
        ...(store.manifest === 'there'
          ? { action: { do: 'put master' }, needs: '--repair' }
          : { remedy: 'add --force FILM' }),
      }),
    ];
  }
  if (store.master !== 'absent' || document === undefined) return [];
  if (document.status === 'processing') return decideProcessing(document.changedAtMs, nowMs);
  if (document.status === 'failed') return [];
  const canMend = isWhole(state);
  const put: Finding = finding(3, '-', 'master missing', {
    detail: 'master.m3u8 is missing; all that it leads to is there',
    action: { do: 'put master' },
    needs: '--repair',
  });
  const broken: Finding = finding(3, '!', 'film missing', {
    detail: 'the catalogue has it, the store has no master.m3u8',
    ...(document.status === 'broken' ? {} : { action: { do: 'mark broken' }, isLoss: true }),
    ...(canMend ? {} : { remedy: 'add FILM' }),
  });
  if (!canMend) return [broken];
  return repair ? [put] : [put, broken];
}

/** Row 15. */
function decideProcessing(changedAtMs: number | undefined, nowMs: number): readonly Finding[] {
  if (changedAtMs !== undefined && nowMs - changedAtMs < STALE_MS) return [];
  return [
    finding(15, '*', 'abandoned', {
      detail: 'said to be in work, but nobody is at it',
      action: { do: 'mark failed' },
    }),
  ];
}

/** Rows 4 and 11, and a manifest that is gone. */
function decideObjects({ store }: FilmState): readonly Finding[] {
  if (store.master === 'foreign' || store.revision === undefined) return [];
  if (store.manifest !== 'there') {
    return [
      finding(4, store.manifest === 'missing' ? '-' : '!', `manifest ${store.manifest}`, {
        detail: `the manifest of revision ${store.revision} is ${store.manifest}`,
        remedy: 'add --force FILM',
      }),
    ];
  }
  const mend = {
    action: { do: 'repair objects' },
    needs: '--repair',
    remedy: 'add --force FILM',
  } as const;
  return [
    ...store.missing.map((key) =>
      finding(4, '-', 'object missing', { detail: 'is not in the store', key, ...mend }),
    ),
    ...store.damaged.map((key) =>
      finding(4, '*', 'object damaged', { detail: 'is not as it was published', key, ...mend }),
    ),
    ...store.mislabelled.map((key) =>
      finding(11, '*', 'headers differ', {
        detail: 'has another Content-Type or Cache-Control than it should',
        key,
        action: { do: 'relabel' },
        needs: '--fix-headers',
      }),
    ),
  ];
}

/** Row 8. */
function decidePoster({ store }: FilmState): readonly Finding[] {
  if (store.manifest !== 'there' || store.poster === 'as recorded') return [];
  if (store.poster === 'missing') {
    const action = { do: 'make poster' } as const;
    return [finding(8, '-', 'poster missing', { detail: 'the poster is missing', action })];
  }
  return [
    finding(8, '*', 'poster differs', {
      detail: 'the poster is not the one that was published',
      action: { do: 'make poster' },
      needs: '--repair',
    }),
  ];
}

/** Rows 9 and 10, as far as the record itself is concerned. */
function decideRecord({ store }: FilmState): readonly Finding[] {
  if (store.manifest !== 'there') return [];
  return [
    ...(store.movedFields === 0
      ? []
      : [
          finding(9, '*', 'public URL changed', {
            detail: `${store.movedFields} fields tell of another place`,
            action: { do: 'rewrite urls' } as const,
            needs: '--rewrite-urls' as const,
          }),
        ]),
    ...(store.hasOtherRungs
      ? [
          finding(10, '*', 'rungs differ', {
            detail: 'the resolutions of the record are not those of the master',
            action: { do: 'fix rungs' } as const,
          }),
        ]
      : []),
  ];
}

/** Rows 1, 2, 10 and 12. Never for a film that viewers cannot see: a document in the catalogue plays. */
function decideDocument(state: FilmState, { rebuild }: Allowed): readonly Finding[] {
  const { isWaiting, document } = state;
  const write = { action: { do: 'write document' } } as const;
  if (!isPublished(state)) {
    if (!isWaiting) return [];
    const detail = 'its document waits, but its film is not in the store';
    return [finding(1, '!', 'film missing', { detail, remedy: 'add FILM' })];
  }
  if (isWaiting) {
    const detail = 'its document waits in the outbox';
    return [finding(1, document === undefined ? '+' : '*', 'document waits', { detail, ...write })];
  }
  if (document === undefined) {
    return [
      finding(2, '+', 'document lost', { detail: 'the catalogue does not have it', ...write }),
    ];
  }
  const { differing, stale } = document;
  return [
    ...(differing.length === 0
      ? []
      : [
          finding(differing.includes('schema_version') ? 12 : 10, '*', 'document differs', {
            detail: `the document differs: ${someOf(differing)}`,
            ...write,
          }),
        ]),
    ...(stale.length === 0
      ? []
      : [
          rebuild
            ? finding(2, '*', 'document edited', {
                detail: `the store has other: ${someOf(stale)}`,
                ...write,
              })
            : finding(10, '*', 'record behind', {
                detail: `the store does not know yet: ${someOf(stale)}`,
                action: { do: 'record document' },
              }),
        ]),
  ];
}

/** Row 13. */
function decideTwin({ twin }: FilmState): readonly Finding[] {
  if (twin === undefined) return [];
  const detail = `the same film is in as ${twin}`;
  return [finding(13, '!', 'film twice', { detail, isDrift: false, remedy: `rm ${twin}` })];
}

/** Rows 5 and 6. Old revisions stay as long as the one that viewers have is not whole. */
function decideLeftovers(state: FilmState, { graceMs, nowMs }: Allowed): readonly Finding[] {
  const { orphans, strays, oldRevisions, switchedAtMs = nowMs } = state.store;
  const { master, manifest } = state.store;
  // Where it is not known what viewers have, nothing is known to be in no use.
  const isKnown = manifest === 'there' || (master === 'absent' && state.document === undefined);
  const isOld = ({ modifiedAtMs }: Leftover) => isKnown && nowMs - modifiedAtMs >= graceMs;
  const isSwitchOld = isWhole(state) && nowMs - switchedAtMs >= graceMs;
  const remove = (leftover: Leftover) =>
    ({
      key: leftover.prefix,
      action: { do: 'remove leftover', leftover },
      needs: '--prune',
      isLoss: true,
    }) as const;
  return [
    ...strays.map((leftover) =>
      finding(5, '+', 'stray object', { detail: 'no manifest names it', ...remove(leftover) }),
    ),
    ...orphans.filter(isOld).map((leftover) =>
      finding(5, '+', 'orphan', {
        detail: `${countOf(leftover)} that no manifest names, since ${when(leftover.modifiedAtMs)}`,
        ...remove(leftover),
        isDrift: false,
      }),
    ),
    ...oldRevisions
      .filter((leftover) => isSwitchOld && isOld(leftover))
      .map((leftover) =>
        finding(6, '+', 'old revision', {
          detail: `${countOf(leftover)} of an earlier revision`,
          // Its manifest says what it is: nothing about it is in doubt.
          ...remove({ ...leftover, wasSeen: true }),
          isDrift: false,
        }),
      ),
  ];
}

type Parts = Omit<Finding, 'row' | 'mark' | 'kind' | 'isDrift' | 'isLoss'> &
  Partial<Pick<Finding, 'isDrift' | 'isLoss'>>;

function finding(row: number, mark: Finding['mark'], kind: string, parts: Parts): Finding {
  return { row, mark, kind, isDrift: true, isLoss: false, ...parts };
}

function someOf(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

function countOf({ objects }: Leftover): string {
  return objects === 1 ? 'one object' : `${objects} objects`;
}

function when(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}
