import { JsonReporter } from './json-reporter.ts';
import { type Output, outliveWriteErrors, type TerminalFacts } from './output.ts';
import { openPaint, wantsColor } from './paint.ts';
import { PlainReporter } from './plain-reporter.ts';
import { redactTexts } from './redact-texts.ts';
import type { Reporter, ReporterSetup } from './reporter.ts';

export type OpenReporterOptions = Readonly<{
  /** NDJSON on stdout, nothing on stderr. */
  json: boolean;
  /** Nothing on stderr but errors; stdout still has the result. */
  quiet: boolean;
  verbose: boolean;
  /** `--color`, `--no-color`; undefined lets environment and terminal decide. */
  color?: boolean | undefined;
  /** False with `--no-progress`: dated lines on a terminal too. */
  progress: boolean;
  /** False for a command that has no progress to show. */
  withBars: boolean;
  stdout: Output;
  stderr: Output;
  terminal: TerminalFacts;
  /**
   * Takes secrets out of a text (`createRedactor`); every text of every event passes it. Asked anew
   * each time, since the secrets are only known once the settings are read.
   */
  redact: (text: string) => string;
  now: () => number;
}>;

/**
 * Chooses how a run is shown: JSON lines when asked for; spinners and bars when stderr is a terminal
 * that can move its cursor, not in CI, and neither `quiet` nor without `progress`; else dated lines. A
 * command without bars tells the same in lines without a date where it could have them.
 * stdout carries the result alone: a URL per film, or the JSON lines. From now on the loss of a reader
 * (EPIPE) is quiet on both. Only bars load ora and cli-progress, which take a tenth of a second.
 */
export async function openReporter(options: OpenReporterOptions): Promise<Reporter> {
  const { json, stdout, stderr, color, terminal, redact } = options;
  outliveWriteErrors(stdout);
  outliveWriteErrors(stderr);
  const hasColor = wantsColor({ color, output: stderr, terminal });
  const setup: ReporterSetup = {
    stdout,
    stderr,
    paint: openPaint(hasColor),
    quiet: options.quiet,
    verbose: options.verbose,
    isDated: !isForPeople(options),
    progressIntervalMs: terminal.progressIntervalMs,
    now: options.now,
  };
  if (json) return reporterOf(new JsonReporter(setup), redact);
  if (!wantsBars(options)) return reporterOf(new PlainReporter(setup), redact);
  const [{ Tty }, { TtyReporter }] = await Promise.all([
    import('./tty.ts'),
    import('./tty-reporter.ts'),
  ]);
  return reporterOf(new TtyReporter(setup, new Tty(stderr, { hasColor })), redact);
}

function wantsBars(options: OpenReporterOptions): boolean {
  return options.withBars && !options.quiet && isScreen(options);
}

function isForPeople(options: OpenReporterOptions): boolean {
  return isScreen(options) || (options.quiet && options.stderr.isTTY === true);
}

function isScreen({ progress, stderr, terminal }: OpenReporterOptions): boolean {
  // A terminal 0 columns wide (`script` and `docker -t` without one of their own) does not say its
  // width: a spinner there clears endlessly many lines, and the command never ends.
  const canMoveCursor = stderr.isTTY === true && stderr.columns !== 0 && terminal.term !== 'dumb';
  return canMoveCursor && progress && !terminal.isCI;
}

/** `report` is handed around alone: it must not lose its object. */
function reporterOf(reporter: Reporter, redact: OpenReporterOptions['redact']): Reporter {
  return {
    report: (event) => reporter.report(redactTexts(event, redact)),
    status: () => reporter.status(),
    close: () => reporter.close(),
  };
}
