import { type Environment, readEnvironment } from '../config/environment.ts';
import { openReporter } from '../ui/open-reporter.ts';
import type { Output, TerminalFacts } from '../ui/output.ts';
import { openPaint, type Paint, wantsColor } from '../ui/paint.ts';
import type { Reporter } from '../ui/reporter.ts';
import type { CommonFlags } from './session.ts';

/** The way to the user, as flags, environment and terminal want it. */
export type Screen = Readonly<{
  environment: Environment;
  reporter: Reporter;
  paintFor: (output: Output) => Paint;
}>;

export type OpenScreenOptions = Readonly<{
  flags: CommonFlags;
  stdout: Output;
  stderr: Output;
  /** Called for each text, so that secrets that are learnt later are hidden too. */
  redact: (text: string) => string;
  /** False for a command that shows no progress: lines, which on a terminal are for people. */
  withBars?: boolean;
  /** Opens whatever the environment says: to tell what is wrong with it. */
  isForFailure?: boolean;
}>;

export async function openScreen(options: OpenScreenOptions): Promise<Screen> {
  const { flags, stdout, stderr, redact, withBars = true, isForFailure = false } = options;
  const environment = readEnvironment(undefined, { isLenient: isForFailure });
  const terminal = terminalFacts(environment);
  const color = flags.color === false ? false : undefined;
  return {
    environment,
    reporter: await openReporter({
      json: flags.json === true,
      quiet: flags.quiet === true,
      verbose: flags.verbose === true,
      color,
      progress: flags.progress !== false,
      withBars,
      stdout,
      stderr,
      terminal,
      redact,
      now: Date.now,
    }),
    paintFor: (output) => openPaint(wantsColor({ color, output, terminal })),
  };
}

function terminalFacts({ ui }: Environment): TerminalFacts {
  return {
    isCI: ui.isCi,
    term: ui.term,
    noColor: ui.noColor ? '1' : undefined,
    forceColor: ui.forceColor ? '1' : undefined,
    progressIntervalMs: ui.progressIntervalMs,
  };
}
