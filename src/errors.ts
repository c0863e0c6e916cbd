/**
 * Every way that a run can end, in one table: `--help`, the README and the tests are fed from it.
 * New codes may be added; a code that a script does not know means failure.
 */
export const EXIT_CODES = [
  { code: 0, name: 'ok', meaning: 'done, or nothing to do' },
  { code: 1, name: 'bug', meaning: 'a fault in movie-ingest itself' },
  { code: 2, name: 'usage', meaning: 'wrong option, wrong configuration, or a tool is missing' },
  { code: 3, name: 'someFailed', meaning: 'some of several films failed; the others are in' },
  { code: 4, name: 'film', meaning: 'the film cannot be used' },
  {
    code: 5,
    name: 'encode',
    meaning: 'the encode failed or was not verified; nothing was published',
  },
  { code: 6, name: 'store', meaning: 'the store failed' },
  { code: 7, name: 'catalog', meaning: 'the catalogue failed; a film that was published is safe' },
  { code: 8, name: 'credentials', meaning: 'credentials were refused' },
  {
    code: 9,
    name: 'space',
    meaning: 'no room: a full disk or quota, no work folder to write in, too many open files',
  },
  { code: 10, name: 'drift', meaning: 'store and catalogue differ' },
  { code: 11, name: 'locked', meaning: 'another run is at work on this film' },
  { code: 12, name: 'queue', meaning: 'the queue (Redis) failed, or cannot be trusted with films' },
  { code: 129, name: 'hungUp', meaning: 'stopped because the terminal was closed (SIGHUP)' },
  { code: 130, name: 'interrupted', meaning: 'stopped by Ctrl-C (SIGINT)' },
  { code: 143, name: 'terminated', meaning: 'stopped by SIGTERM' },
] as const;

export type ExitName = (typeof EXIT_CODES)[number]['name'];
export type ExitCode = (typeof EXIT_CODES)[number]['code'];

/** The number that stands for `name` in the table. */
export function exitCode(name: ExitName): ExitCode {
  const row = EXIT_CODES.find((entry) => entry.name === name);
  if (row === undefined) throw new Error(`no exit code is called ${name}`);
  return row.code;
}

export type ErrorParts = Readonly<{
  /** What happened, one line, without a full stop: `notes.txt is not a video`. */
  what: string;
  /** Why, as far as it is known. */
  why?: string;
  /** What to do now: an instruction or a command. */
  fix?: string;
  /** The next film of a batch need not meet it, though its exit is one that others would meet. */
  isOfOneFilm?: boolean;
  /** Another machine may well do it: an encoder, a filter, a disk, a key is missing on this one. */
  isOfThisMachine?: boolean;
  cause?: unknown;
}>;

/**
 * A failure that the user can do something about. It is printed as what, cause and fix, without a
 * stack, and ends the run with the exit code of its name. Anything else that is thrown is a bug.
 * The parts may hold names and texts from outside: whoever prints them makes them harmless first.
 */
export class IngestError extends Error {
  override readonly name = 'IngestError';
  readonly exit: ExitName;
  readonly why: string | undefined;
  readonly fix: string | undefined;
  readonly isOfOneFilm: boolean;
  readonly isOfThisMachine: boolean;

  constructor(exit: ExitName, parts: ErrorParts) {
    super(parts.what, { cause: parts.cause });
    this.exit = exit;
    this.why = parts.why;
    this.fix = parts.fix;
    this.isOfOneFilm = parts.isOfOneFilm === true;
    this.isOfThisMachine = parts.isOfThisMachine === true;
  }
}
