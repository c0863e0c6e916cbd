import type { Report } from '../model/event.ts';
import type { Output } from './output.ts';
import type { Paint } from './paint.ts';

/** The one who shows a run to whoever started it. */
export type Reporter = Readonly<{
  /** Takes an event as it happens. Never throws and never waits. */
  report: Report;
  /** Tells at once, in one line even when quiet, how far it is: for SIGINFO (Ctrl-T) and SIGUSR1. */
  status: () => void;
  /** Gives the terminal back: cursor visible, no bars. Repeating it does nothing. */
  close: () => void;
}>;

/** What all reporters need. */
export type ReporterSetup = Readonly<{
  stdout: Output;
  stderr: Output;
  /** For what goes to stderr. */
  paint: Paint;
  quiet: boolean;
  verbose: boolean;
  /** Of lines: with time and kind, as logs have them. */
  isDated: boolean;
  /** Between two lines about progress; each reporter has its own when undefined. */
  progressIntervalMs: number | undefined;
  now: () => number;
}>;
