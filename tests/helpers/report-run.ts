import type { Event } from '../../src/model/event.ts';
import { type OpenReporterOptions, openReporter } from '../../src/ui/open-reporter.ts';
import type { Reporter } from '../../src/ui/reporter.ts';
import { memoryOutput } from './memory-output.ts';

export const START_MS = Date.UTC(2026, 10, 22, 3, 30, 1);

/** A reporter on streams of its own, with a clock that the test moves. */
export async function openTestReporter(options: Partial<OpenReporterOptions> = {}) {
  const stdout = memoryOutput();
  const stderr = memoryOutput();
  const clock = { nowMs: START_MS };
  const reporter: Reporter = await openReporter({
    json: false,
    quiet: false,
    verbose: false,
    progress: true,
    withBars: true,
    stdout,
    stderr,
    terminal: {
      isCI: false,
      term: 'xterm',
      noColor: undefined,
      forceColor: undefined,
      progressIntervalMs: undefined,
    },
    redact: (text) => text,
    now: () => clock.nowMs,
    ...options,
  });
  return {
    ...reporter,
    clock,
    stdout: () => stdout.text(),
    stderr: () => stderr.text(),
    reportAll: (events: readonly Event[]) => {
      for (const event of events) reporter.report(event);
    },
  };
}
