/** A file, and which of its tests are about the row; all of them where nothing is said. */
type Suite = readonly [file: string, titles?: RegExp];

export type FaultRow = Readonly<{
  id: string;
  what: string;
  /** Tests whose title begins with the row's name (`F4: …`) belong to it wherever they stand. */
  suites: readonly Suite[];
  /** What of it cannot be injected here, and why. */
  notHere?: string;
}>;

const STORE = 'tests/faults/store.test.ts';
const CATALOG = 'tests/faults/catalog.test.ts';
const RUN = 'tests/faults/run.test.ts';
const NO_MACHINE = 'a real power cut: SIGKILL of the whole process group stands for it';

/** The matrix of reliability.md §5, row by row, with what proves each. */
export const FAULT_ROWS: readonly FaultRow[] = [
  {
    id: 'F1',
    what: 'kill -9 of the command at twelve points, then a rerun',
    suites: [
      [RUN],
      ['tests/integration/random-kill.test.ts'],
      ['tests/integration/resume.test.ts'],
      ['tests/cli/add-interrupted.test.ts', /kill -9/],
      ['tests/integration/add-cut-off.test.ts'],
    ],
    notHere: NO_MACHINE,
  },
  {
    id: 'F2',
    what: 'kill -9 of the rerun as well, five times in a row',
    suites: [[RUN], ['tests/integration/resume.test.ts', /killed again/]],
  },
  {
    id: 'F3',
    what: 'SIGINT, SIGTERM, SIGHUP; once, twice',
    suites: [['tests/cli/add-interrupted.test.ts', /Ctrl-C|SIGTERM|SIGHUP/]],
  },
  {
    id: 'F4',
    what: '503 SlowDown and 429 for a while',
    suites: [[STORE], ['tests/integration/store-faults.test.ts', /429/]],
  },
  { id: 'F5', what: '500 for one object for ever', suites: [[STORE]] },
  { id: 'F6', what: 'connections reset in the middle of a body', suites: [[STORE]] },
  {
    id: 'F7',
    what: 'black holes: at the connection, before and in the answer, at the end of an upload in parts; an outage',
    suites: [[STORE], ['tests/integration/store-outage.test.ts']],
  },
  { id: 'F8', what: 'lost answers: the store has it, and nobody hears', suites: [[STORE]] },
  { id: 'F9', what: 'bodies corrupted on the way, both ways', suites: [[STORE]] },
  { id: 'F10', what: '300 ms and 1 Mbit/s', suites: [[STORE]] },
  {
    id: 'F11',
    what: 'wrong and revoked keys, no bucket, clock skew',
    suites: [
      [STORE],
      ['tests/cli/settings.test.ts', /bucket that will not do|wrong configuration/],
    ],
  },
  {
    id: 'F12',
    what: 'MongoDB down, silent, refusing, full',
    suites: [
      [CATALOG],
      ['tests/cli/settings.test.ts', /a database that will not do/],
      ['tests/integration/catalog-mongo-faults.test.ts'],
      ['tests/integration/catalog-scripted-mongo.test.ts'],
    ],
    notHere: 'Atlas itself: its answers are scripted',
  },
  {
    id: 'F13',
    what: 'a step-down, an election',
    suites: [[CATALOG]],
    notHere: 'a failover between machines: one node steps down and is elected again',
  },
  { id: 'F14', what: 'the acknowledgement of the document is lost', suites: [[CATALOG]] },
  {
    id: 'F15',
    what: 'full disks, folders that cannot be written',
    suites: [
      ['tests/cli/add-full-disk.test.ts'],
      ['tests/cli/settings.test.ts', /not enough space/],
      ['tests/cli/add-bad-ffmpeg.test.ts', /disk that fills/],
      ['tests/integration/store-folder.test.ts', /full disk/],
    ],
    notHere: 'a quota: no file system here has one; it is ENOSPC by another name (EDQUOT)',
  },
  {
    id: 'F16',
    what: 'an ffmpeg that fails, dies, floods, or talks nonsense',
    suites: [['tests/cli/add-bad-ffmpeg.test.ts', /^(?!.*disk that fills)/]],
  },
  {
    id: 'F17',
    what: 'an ffmpeg that makes no progress',
    suites: [['tests/cli/add-stalls.test.ts']],
  },
  {
    id: 'F18',
    what: 'two at once',
    suites: [
      [RUN],
      ['tests/cli/add-locked.test.ts'],
      ['tests/integration/journal-lock.test.ts'],
      ['tests/cli/add-interrupted.test.ts', /two at once/],
    ],
  },
  {
    id: 'F19',
    what: 'the film is replaced, cut, written to, removed meanwhile',
    suites: [['tests/cli/add-damaged.test.ts', /somebody writes to/]],
  },
  {
    id: 'F20',
    what: 'the machine sleeps, and connections die meanwhile',
    suites: [
      [RUN],
      ['tests/cli/add-worlds.test.ts', /F20/],
      ['tests/unit/store/retry.test.ts', /slept/],
    ],
    notHere:
      'ten real minutes: the whole group is stopped for seconds, and the patience tested with an hour by a clock of its own',
  },
  {
    id: 'F21',
    what: 'a clock that jumps, other time zones',
    suites: [[RUN], ['tests/cli/add-worlds.test.ts', /F21/]],
    notHere: 'the clock of the machine: that of Node in the process is moved',
  },
  {
    id: 'F22',
    what: 'bad films',
    suites: [
      ['tests/cli/add-bad-input.test.ts', /cannot be used|cut off/],
      ['tests/cli/add-damaged.test.ts', /never means less/],
      ['tests/cli/add-corpus.test.ts'],
    ],
  },
  { id: 'F23', what: 'hostile names', suites: [['tests/cli/add-names.test.ts']] },
  {
    id: 'F24',
    what: 'playlists and scripts dressed as films',
    suites: [
      ['tests/cli/add-bad-input.test.ts', /dressed as films/],
      ['tests/integration/hostile-input.test.ts', /dressed as films/],
    ],
  },
  {
    id: 'F25',
    what: 'slugs and titles out of the ordinary',
    suites: [
      ['tests/cli/add-names.test.ts'],
      ['tests/unit/lib/make-slug.test.ts'],
      ['tests/cli/add-again.test.ts', /another film of the same name/],
    ],
  },
  {
    id: 'F26',
    what: 'hostile metadata',
    suites: [
      ['tests/cli/add-names.test.ts', /steers the terminal/],
      ['tests/unit/lib/clean-text.test.ts'],
      ['tests/integration/hostile-input.test.ts', /tags would fill/],
    ],
  },
  {
    id: 'F27',
    what: 'bombs and extremes',
    suites: [
      ['tests/integration/hostile-input.test.ts', /beyond the limit|tags would fill/],
      ['tests/unit/ffmpeg/probe/demand-limits.test.ts'],
    ],
  },
  {
    id: 'F28',
    what: 'secrets, while every stage fails',
    suites: [['tests/integration/secrets-stay.test.ts']],
  },
  {
    id: 'F29',
    what: 'state and work files truncated, emptied, of a newer version; objects deleted behind our back',
    suites: [
      [RUN],
      ['tests/cli/add-worlds.test.ts', /F29/],
      ['tests/cli/library.test.ts', /the command that is named mends it|verify says/],
    ],
  },
  {
    id: 'F30',
    what: 'a soak of films with random faults',
    suites: [['tests/faults/soak.test.ts']],
  },
  {
    id: 'F31',
    what: 'cron, closed streams, umask, no HOME',
    suites: [['tests/cli/add-cron.test.ts'], ['tests/cli/screen-pipes.test.ts']],
  },
  {
    id: 'F32',
    what: 'what a viewer meets meanwhile',
    suites: [['tests/integration/viewer-meets-no-hole.test.ts']],
  },
];
