/** A stream to print on: `process.stdout`, `process.stderr`, or a stand-in of a test. */
export type Output = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  /** What a write has failed for; forgotten a moment later, when the streams of a process are mended. */
  readonly errored?: Error | null;
};

/** What the environment says about the terminal. Read by `config/`, never here. */
export type TerminalFacts = Readonly<{
  /** `CI` is set, and not to `false`. */
  isCI: boolean;
  /** `TERM`. */
  term: string | undefined;
  /** `NO_COLOR`. */
  noColor: string | undefined;
  /** `FORCE_COLOR`. */
  forceColor: string | undefined;
  /** `MOVIE_INGEST_PROGRESS_INTERVAL`: between two lines about progress, off a terminal and in JSON. */
  progressIntervalMs: number | undefined;
}>;

/** What the last write that failed failed for, of each stream. */
const failures = new WeakMap<Output, Error | undefined>();

/**
 * Writes that fail end nothing: when the reader is gone (`| head -1`, a closed terminal) or the log's
 * disk is full, what is said is lost and the work goes on. Call it before the first write. Repeating it
 * does nothing.
 */
export function outliveWriteErrors(output: Output): void {
  if (failures.has(output)) return;
  failures.set(output, undefined);
  output.on('error', (error) => failures.set(output, error)); // without a listener EPIPE ends the process
}

/** What a write to this stream has failed for, if one has. */
export function writeFailure(output: Output): Error | undefined {
  return failures.get(output) ?? output.errored ?? undefined;
}

/** Width of the terminal, 80 when it does not say. */
export function columnsOf(output: Output): number {
  return output.columns !== undefined && output.columns > 0 ? output.columns : 80;
}
