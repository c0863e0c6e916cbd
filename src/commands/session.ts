import { CommanderError } from 'commander';
import type { Environment } from '../config/environment.ts';
import type { SecretSettings } from '../config/list-secrets.ts';
import type { SettingsFlags } from '../config/setting-table.ts';
import { type ExitCode, exitCode, IngestError } from '../errors.ts';
import type { Event, Report } from '../model/event.ts';
import type { Settings } from '../model/settings.ts';
import { type Output, outliveWriteErrors, writeFailure } from '../ui/output.ts';
import type { Paint } from '../ui/paint.ts';
import type { Screen } from './open-screen.ts';
import { runSecretCommand } from './run-secret-command.ts';

/** Flags that every command has. `color` and `progress` are false only when switched off. */
export type CommonFlags = SettingsFlags &
  Readonly<{
    json?: boolean;
    quiet?: boolean;
    verbose?: boolean;
    color?: boolean;
    progress?: boolean;
  }>;

/** For commands that tell and ask, and have no long work to show. */
export const WITHOUT_BARS = { withBars: false } as const;

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
  /** Loaded when first needed: `--help` must not wait for schemas and screens. */
  #screen: Screen | undefined;
  #secrets: readonly string[] = [];
  #hide = (text: string): string => text;

  constructor(setup: SessionSetup) {
    this.signal = setup.signal;
    this.stdout = setup.stdout;
    this.stderr = setup.stderr;
    this.stdin = setup.stdin;
    this.cwd = setup.cwd;
    // From the first write on: `--help | head -1` must end quietly.
    outliveWriteErrors(setup.stdout);
    outliveWriteErrors(setup.stderr);
  }

  /** Reads the settings and opens the screen. Warnings about the settings are told at once. */
  async open(flags: CommonFlags, { withBars = true } = {}): Promise<Settings> {
    this.#flags = flags;
    const { environment } = await this.#openScreen({ withBars });
    const { loadSettings } = await import('../config/load-settings.ts');
    const settings = await loadSettings({
      flags,
      env: environment.variables,
      cwd: this.cwd,
      platform: process.platform,
      runCommand: runSecretCommand,
    });
    await this.hideSecretsOf(settings);
    for (const warning of settings.warnings) this.report({ type: 'warning', ...warning });
    return settings;
  }

  /**
   * Opens the screen, without bars, and reads no settings: for commands that must work where those are
   * wrong. What is printed then is not cleaned of secrets: such a command prints none.
   */
  async openBare(flags: CommonFlags): Promise<Environment> {
    this.#flags = flags;
    const { environment } = await this.#openScreen(WITHOUT_BARS);
    return environment;
  }

  /** From now on what is told and printed is cleaned of the secrets in these settings. */
  async hideSecretsOf(settings: SecretSettings): Promise<void> {
    const { listSecrets } = await import('../config/list-secrets.ts');
    await this.#hideFromNowOn(listSecrets(settings));
  }

  /** Of an open session. */
  get environment(): Environment {
    return this.#opened.environment;
  }

  get isJson(): boolean {
    return this.#flags.json === true;
  }

  get isVerbose(): boolean {
    return this.#flags.verbose === true;
  }

  /** Colours for what is printed on `output`, of an open session. */
  paintFor(output: Output): Paint {
    return this.#opened.paintFor(output);
  }

  /** Width of stdout; undefined where it is no terminal and lines need not be broken. */
  get columns(): number | undefined {
    return this.stdout.isTTY === true && this.stdout.columns !== 0
      ? this.stdout.columns
      : undefined;
  }

  /** Takes the secrets of the settings out of a text. */
  readonly redact = (text: string): string => this.#hide(text);

  readonly report: Report = (event: Event) => {
    this.#screen?.reporter.report(event);
  };

  /** Writes a result to stdout: a screen for people, or one JSON document. */
  print(text: string): void {
    this.stdout.write(this.redact(text));
  }

  /**
   * Writes a result to stdout although it holds a secret, because the secret is what was asked for: a
   * new key, an address that carries the id of one. For nothing else.
   */
  handOver(text: string): void {
    this.stdout.write(text);
  }

  /**
   * Throws `space` where there was no room for what was written to stdout: whoever reads it later misses
   * some. A reader that has gone away is none.
   */
  async demandDelivered(): Promise<void> {
    const failure = writeFailure(this.stdout);
    if (failure === undefined) return;
    const { noRoom } = await import('../lib/no-room.ts');
    const full = noRoom(failure);
    if (full === undefined) return;
    throw new IngestError('space', {
      what: `the result could not be written to stdout (${full.code})`,
      why: `${full.why} What was asked for is done all the same.`,
      fix: `${full.fix}, and run the same command again: it says the result again`,
    });
  }

  /** Prints how far the run is, now. */
  status(): void {
    this.#screen?.reporter.status();
  }

  /** Tells what ended the run, and answers with the exit code for it. */
  async fail(error: unknown): Promise<ExitCode> {
    // Commander has printed its help, its version or its complaint by itself.
    if (error instanceof CommanderError) return exitCode(error.exitCode === 0 ? 'ok' : 'usage');
    await this.#openScreen({ isForFailure: true });
    const { errorEvent } = await import('../ui/error-event.ts');
    const event = errorEvent(error, { verbose: this.isVerbose });
    this.report(event);
    return exitCode(event.code);
  }

  /** Gives the terminal back. */
  close(): void {
    this.#screen?.reporter.close();
  }

  get #opened(): Screen {
    if (this.#screen === undefined) throw new Error('the session is not open');
    return this.#screen;
  }

  async #openScreen(
    why: Readonly<{ isForFailure?: boolean; withBars?: boolean }>,
  ): Promise<Screen> {
    if (this.#screen !== undefined) return this.#screen;
    const { openScreen } = await import('./open-screen.ts');
    await this.#hideFromNowOn([]); // passwords in URLs are known by their shape
    const { stdout, stderr, redact } = this;
    this.#screen = await openScreen({ flags: this.#flags, stdout, stderr, redact, ...why });
    return this.#screen;
  }

  async #hideFromNowOn(secrets: readonly string[]): Promise<void> {
    const { createRedactor } = await import('../lib/redact.ts');
    this.#secrets = [...this.#secrets, ...secrets];
    this.#hide = createRedactor(this.#secrets);
  }
}
