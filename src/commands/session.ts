import { CommanderError } from 'commander';
import { type Environment, readEnvironment } from '../config/environment.ts';
import type { SettingsFlags } from '../config/setting-table.ts';
import { type ExitCode, exitCode } from '../errors.ts';
import { createRedactor } from '../lib/redact.ts';
import type { Event, Report } from '../model/event.ts';
import type { Settings } from '../model/settings.ts';
import { ignoreWriteErrors, type Output, type TerminalFacts } from '../ui/output.ts';
import { openPaint, type Paint, wantsColor } from '../ui/paint.ts';
import type { Reporter } from '../ui/reporter.ts';

/** Flags that every command has. `color` and `progress` are false only when switched off. */
export type CommonFlags = SettingsFlags &
  Readonly<{
    json?: boolean;
    quiet?: boolean;
    verbose?: boolean;
    color?: boolean;
    progress?: boolean;
  }>;

export type SessionSetup = Readonly<{
  /** Fires with an IngestError as its reason when the user stops the run. */
  signal: AbortSignal;
  stdout: Output;
  stderr: Output;
  stdin: NodeJS.ReadableStream;
  cwd: string;
}>;

/**
 * What a command runs in: its settings, and the way to the user. It takes secrets out of everything
 * that is told, and knows how to tell a failure at any moment, before settings and screens are there
 * as well as after.
 */
export class Session {
  readonly signal: AbortSignal;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: NodeJS.ReadableStream;
  readonly cwd: string;
  #flags: CommonFlags = {};
  #reporter: Reporter | undefined;
  #hide = createRedactor([]);
  #environment: Environment | undefined;

  constructor(setup: SessionSetup) {
    this.signal = setup.signal;
    this.stdout = setup.stdout;
    this.stderr = setup.stderr;
    this.stdin = setup.stdin;
    this.cwd = setup.cwd;
    // From the first write on: `--help | head -1` must end quietly.
    ignoreWriteErrors(setup.stdout);
    ignoreWriteErrors(setup.stderr);
  }

  /** Reads the settings and opens the screen. Warnings about the settings are told at once. */
  async open(flags: CommonFlags): Promise<Settings> {
    this.#flags = flags;
    // Loaded now: `--help` must not wait for schemas and screens.
    const [{ openReporter }, { loadSettings }, { listSecrets }] = await Promise.all([
      import('../ui/open-reporter.ts'),
      import('../config/load-settings.ts'),
      import('../config/list-secrets.ts'),
    ]);
    this.#reporter = await openReporter({
      json: this.isJson,
      quiet: flags.quiet === true,
      verbose: this.isVerbose,
      color: flags.color === false ? false : undefined,
      progress: flags.progress !== false,
      stdout: this.stdout,
      stderr: this.stderr,
      terminal: this.#terminal,
      redact: this.redact,
      now: Date.now,
    });
    const settings = await loadSettings({
      flags,
      env: this.environment.variables,
      cwd: this.cwd,
      platform: process.platform,
    });
    this.#hide = createRedactor(listSecrets(settings));
    for (const warning of settings.warnings) this.report({ type: 'warning', ...warning });
    return settings;
  }

  get environment(): Environment {
    this.#environment ??= readEnvironment();
    return this.#environment;
  }

  get isJson(): boolean {
    return this.#flags.json === true;
  }

  get isVerbose(): boolean {
    return this.#flags.verbose === true;
  }

  /** Colours for what is printed on `output`. */
  paintFor(output: Output): Paint {
    const color = this.#flags.color === false ? false : undefined;
    return openPaint(wantsColor({ color, output, terminal: this.#terminal }));
  }

  /** Width of stdout; undefined where it is no terminal and lines need not be broken. */
  get columns(): number | undefined {
    return this.stdout.isTTY === true ? this.stdout.columns : undefined;
  }

  /** Takes the secrets of the settings out of a text. */
  readonly redact = (text: string): string => this.#hide(text);

  readonly report: Report = (event: Event) => {
    this.#reporter?.report(event);
  };

  /** Writes a result to stdout: a screen for people, or one JSON document. */
  print(text: string): void {
    this.stdout.write(this.redact(text));
  }

  /** Prints how far the run is, now. */
  status(): void {
    this.#reporter?.status();
  }

  /** Tells what ended the run, and answers with the exit code for it. */
  async fail(error: unknown): Promise<ExitCode> {
    // Commander has printed its help, its version or its complaint by itself.
    if (error instanceof CommanderError) return exitCode(error.exitCode === 0 ? 'ok' : 'usage');
    const { errorEvent } = await import('../ui/error-event.ts');
    const event = errorEvent(error, { verbose: this.isVerbose });
    if (this.#reporter === undefined) {
      const { printError } = await import('../ui/print-error.ts');
      printError(error, {
        stderr: this.stderr,
        paint: this.paintFor(this.stderr),
        verbose: this.isVerbose,
        redact: this.redact,
      });
    } else {
      this.report(event);
    }
    return exitCode(event.code);
  }

  /** Gives the terminal back. */
  close(): void {
    this.#reporter?.close();
  }

  get #terminal(): TerminalFacts {
    const { ui } = this.environment;
    return {
      isCI: ui.isCi,
      term: ui.term,
      noColor: ui.noColor ? '1' : undefined,
      forceColor: ui.forceColor ? '1' : undefined,
      progressIntervalMs: ui.progressIntervalMs,
    };
  }
}
