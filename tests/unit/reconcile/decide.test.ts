import { describe, expect, test } from 'vitest';
import { type Allowed, decide, type Finding, isAllowed } from '../../../src/reconcile/decide.ts';
import type {
  DocumentState,
  FilmState,
  Leftover,
  StoreState,
} from '../../../src/reconcile/film-state.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 22, 12);

const nothing: Allowed = {
  rebuild: false,
  repair: false,
  prune: false,
  purge: false,
  rewriteUrls: false,
  fixHeaders: false,
  graceMs: 24 * HOUR,
  nowMs: NOW,
};

const whole: StoreState = {
  master: 'as recorded',
  revision: 'r-1',
  manifest: 'there',
  switchedAtMs: NOW - 100 * HOUR,
  deletedAtMs: undefined,
  poster: 'as recorded',
  missing: [],
  damaged: [],
  mislabelled: [],
  oldRevisions: [],
  orphans: [],
  strays: [],
  movedFields: 0,
  hasOtherRungs: false,
};

const empty: StoreState = { ...whole, master: 'absent', revision: undefined, manifest: 'missing' };

const ready: DocumentState = {
  status: 'ready',
  isOurs: true,
  differing: [],
  stale: [],
  changedAtMs: NOW - 100 * HOUR,
  deletedAtMs: undefined,
};

type Changes = Readonly<{
  store?: Partial<StoreState>;
  document?: Partial<DocumentState> | 'none';
  isBusy?: boolean;
  isWaiting?: boolean;
  twin?: string;
}>;

function film(changes: Changes, base = whole): FilmState {
  const { document } = changes;
  return {
    slug: 'phim-01',
    isBusy: changes.isBusy ?? false,
    isWaiting: changes.isWaiting ?? false,
    twin: changes.twin,
    store: { ...base, ...changes.store },
    document: document === 'none' ? undefined : { ...ready, ...document },
  };
}

function leftover(prefix: string, hours = 100, wasSeen = true): Leftover {
  return { prefix, objects: 3, bytes: 9, modifiedAtMs: NOW - hours * HOUR, wasSeen };
}

/** `2 + document lost: write document`, with `?` for what would need leave and `†` for a loss. */
function told(finding: Finding, allowed: Allowed): string {
  const { row, mark, kind, action, isLoss } = finding;
  const leave = action !== undefined && !isAllowed(finding, allowed) ? '?' : '';
  const act = action === undefined ? 'nothing' : `${action.do}${leave}${isLoss ? '†' : ''}`;
  return `${row} ${mark} ${kind}: ${act}`;
}

const ROWS: readonly (readonly [
  what: string,
  film: FilmState,
  allowed: Partial<Allowed>,
  findings: readonly string[],
])[] = [
  ['all is as it should be', film({}), {}, []],
  [
    'a run is at work on it, whatever is seen',
    film({ isBusy: true, isWaiting: true, document: 'none', store: { missing: ['x'] } }, empty),
    { repair: true, prune: true, purge: true },
    [],
  ],
  // 1
  [
    'a document waits that the catalogue has not',
    film({ isWaiting: true, document: 'none' }),
    {},
    ['1 + document waits: write document'],
  ],
  [
    'a document waits that the catalogue has otherwise',
    film({ isWaiting: true, document: { differing: ['revision'] } }),
    {},
    ['1 * document waits: write document'],
  ],
  [
    'a document waits for a film that is not in the store',
    film({ isWaiting: true, document: 'none' }, empty),
    {},
    ['1 ! film missing: nothing'],
  ],
  // 2
  ['the document is lost', film({ document: 'none' }), {}, ['2 + document lost: write document']],
  [
    'an editor was there, and the store is to win',
    film({ document: { stale: ['title'] } }),
    { rebuild: true },
    ['2 * document edited: write document'],
  ],
  [
    'a revision that nobody was switched to yet is no film',
    film({ document: 'none' }, { ...whole, master: 'absent', switchedAtMs: undefined }),
    { rebuild: true, prune: true },
    [],
  ],
  // 3
  ['the film is gone', film({}, empty), {}, ['3 ! film missing: mark broken†']],
  [
    'the film is gone, and said to be',
    film({ document: { status: 'broken' } }, empty),
    {},
    ['3 ! film missing: nothing'],
  ],
  [
    'the film of somebody else’s document is not ours to miss',
    film({ document: { isOurs: false } }, empty),
    {},
    [],
  ],
  [
    'the master alone is gone',
    film({ store: { master: 'absent' } }),
    {},
    ['3 - master missing: put master?', '3 ! film missing: mark broken†'],
  ],
  [
    'the master alone is gone, and may be repaired',
    film({ store: { master: 'absent' } }),
    { repair: true },
    ['3 - master missing: put master'],
  ],
  [
    'the master and a segment are gone: it would lead to a hole',
    film({ store: { master: 'absent', missing: ['a.ts'] } }),
    { repair: true },
    ['3 ! film missing: mark broken†', '4 - object missing: repair objects'],
  ],
  [
    'the master is another',
    film({ store: { master: 'other' } }),
    {},
    ['3 * master differs: put master?'],
  ],
  [
    'the master is another, and the manifest that has its text cannot be read',
    film({ store: { master: 'other', manifest: 'unreadable' } }),
    { repair: true },
    ['3 * master differs: nothing', '4 ! manifest unreadable: nothing'],
  ],
  [
    'the master is not ours',
    film({ store: { master: 'foreign', revision: undefined, manifest: 'missing' } }),
    { repair: true },
    ['3 ! master foreign: nothing'],
  ],
  [
    'a film that is back is ready again',
    film({ document: { status: 'broken', differing: ['status'] } }),
    {},
    ['10 * document differs: write document'],
  ],
  // 4
  [
    'objects are missing and damaged',
    film({ store: { missing: ['a.ts'], damaged: ['b.ts'] } }),
    {},
    ['4 - object missing: repair objects?', '4 * object damaged: repair objects?'],
  ],
  [
    'the manifest is gone',
    film({ store: { manifest: 'missing' } }),
    { repair: true, prune: true },
    ['4 - manifest missing: nothing'],
  ],
  [
    'the manifest cannot be read',
    film({ store: { manifest: 'unreadable' } }),
    { repair: true },
    ['4 ! manifest unreadable: nothing'],
  ],
  // 5
  [
    'what no manifest names is told after a day',
    film({ store: { orphans: [leftover('old/'), leftover('young/', 23)] } }),
    {},
    ['5 + orphan: remove leftover?†'],
  ],
  [
    'and goes when an earlier pass has seen it',
    film({ store: { orphans: [leftover('seen/'), leftover('new/', 100, false)] } }),
    { prune: true },
    ['5 + orphan: remove leftover†', '5 + orphan: remove leftover?†'],
  ],
  [
    'an aborted run without a document',
    film({ document: 'none', store: { orphans: [leftover('r-2/')] } }, empty),
    { prune: true },
    ['5 + orphan: remove leftover†'],
  ],
  [
    'nothing is an orphan where it is not known what viewers have',
    film({ store: { manifest: 'missing', orphans: [leftover('r-2/')] } }),
    { prune: true },
    ['4 - manifest missing: nothing'],
  ],
  [
    'a stray object is told at once, and goes after a day',
    film({ store: { strays: [leftover('x.ts', 1)] } }),
    { prune: true },
    ['5 + stray object: remove leftover?†'],
  ],
  // 6
  [
    'an old revision',
    film({ store: { oldRevisions: [leftover('r-0/', 100, false)] } }),
    { prune: true },
    ['6 + old revision: remove leftover†'],
  ],
  [
    'an old revision that viewers may still watch',
    film({ store: { switchedAtMs: NOW - HOUR, oldRevisions: [leftover('r-0/')] } }),
    { prune: true },
    [],
  ],
  [
    'an old revision while the new one is not whole',
    film({ store: { missing: ['a.ts'], oldRevisions: [leftover('r-0/')] } }),
    { prune: true },
    ['4 - object missing: repair objects?'],
  ],
  // 8
  [
    'the poster is gone',
    film({ store: { poster: 'missing' } }),
    {},
    ['8 - poster missing: make poster'],
  ],
  [
    'the poster is another',
    film({ store: { poster: 'other' } }),
    {},
    ['8 * poster differs: make poster?'],
  ],
  // 9
  [
    'the public URL is another',
    film({ store: { movedFields: 7 } }),
    {},
    ['9 * public URL changed: rewrite urls?'],
  ],
  [
    'the public URL is another, and may be rewritten',
    film({ store: { movedFields: 7 } }),
    { rewriteUrls: true },
    ['9 * public URL changed: rewrite urls'],
  ],
  // 10
  [
    'fields of ours differ',
    film({ document: { differing: ['hls_url'] } }),
    {},
    ['10 * document differs: write document'],
  ],
  [
    'the rungs are not those of the master',
    film({ store: { hasOtherRungs: true } }),
    {},
    ['10 * rungs differ: fix rungs'],
  ],
  [
    'an editor was there',
    film({ document: { stale: ['title'] } }),
    {},
    ['10 * record behind: record document'],
  ],
  // 11
  [
    'headers are wrong',
    film({ store: { mislabelled: ['a.ts'] } }),
    {},
    ['11 * headers differ: relabel?'],
  ],
  // 12
  [
    'the schema is an earlier one',
    film({ document: { differing: ['schema_version'] } }),
    {},
    ['12 * document differs: write document'],
  ],
  // 13
  ['the same film is in twice', film({ twin: 'phim-02' }), {}, ['13 ! film twice: nothing']],
  // 14
  [
    'an API has set it to deleted',
    film({ document: { status: 'deleted' } }),
    {},
    ['14 * removal unfinished: finish removal†'],
  ],
  [
    'it was removed, and the catalogue is of before',
    film({ store: { master: 'absent', deletedAtMs: NOW - 100 * HOUR } }),
    {},
    ['14 * removal unfinished: finish removal†'],
  ],
  [
    'it was removed an hour ago',
    film({
      store: { master: 'absent', deletedAtMs: NOW - HOUR },
      document: { status: 'deleted', deletedAtMs: NOW - HOUR },
    }),
    { purge: true },
    [],
  ],
  [
    'it was removed two days ago',
    film({
      store: { master: 'absent', deletedAtMs: NOW - 48 * HOUR },
      document: { status: 'deleted', deletedAtMs: NOW - 48 * HOUR },
    }),
    {},
    ['14 - deleted: purge?†'],
  ],
  [
    'it was removed, and a rebuilt catalogue does not know it',
    film({ store: { master: 'absent', deletedAtMs: NOW - HOUR }, document: 'none' }),
    { rebuild: true, prune: true },
    [],
  ],
  [
    'only its tombstone in the catalogue is left',
    film({ document: { status: 'deleted', deletedAtMs: NOW - 48 * HOUR } }, empty),
    { purge: true },
    ['14 - deleted: purge†'],
  ],
  // 15
  [
    'it is said to be in work since yesterday',
    film({ document: { status: 'processing', changedAtMs: NOW - 25 * HOUR } }, empty),
    {},
    ['15 * abandoned: mark failed'],
  ],
  [
    'it is said to be in work since an hour',
    film({ document: { status: 'processing', changedAtMs: NOW - HOUR } }, empty),
    {},
    [],
  ],
  ['it has failed', film({ document: { status: 'failed' } }, empty), {}, []],
];

test.each(ROWS)('%s', (_, state, changes, findings) => {
  const allowed = { ...nothing, ...changes };
  expect(decide(state, allowed).map((finding) => told(finding, allowed))).toEqual(findings);
});

describe('whatever the state', () => {
  test('only what takes something away is a loss, and nothing of it without leave but what rows 3 and 14 ask for', () => {
    for (const [, state] of ROWS) {
      for (const finding of decide(state, nothing)) {
        const takes = ['mark broken', 'finish removal', 'purge', 'remove leftover'];
        expect(finding.isLoss).toBe(takes.includes(finding.action?.do ?? ''));
        if (finding.isLoss && isAllowed(finding, nothing)) expect([3, 14]).toContain(finding.row);
      }
    }
  });

  test('every finding that is drift says how it is settled', () => {
    for (const [, state] of ROWS) {
      for (const { isDrift, action, remedy, kind } of decide(state, nothing)) {
        if (isDrift) expect(action ?? remedy, kind).toBeDefined();
      }
    }
  });

  test('all fifteen rows but the seventh, which is no film’s, are reached', () => {
    const everything = { ...nothing, rebuild: false };
    const rows = ROWS.flatMap(([, state]) => decide(state, everything).map(({ row }) => row));
    const expected = Array.from({ length: 15 }, (_, index) => index + 1).filter((row) => row !== 7);
    expect([...new Set(rows)].toSorted((a, b) => a - b)).toEqual(expected);
  });
});
