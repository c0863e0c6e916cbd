import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { isRequired } from '../servers/locate.ts';
import { makeTempDir, removeTempDir } from './temp-dir.ts';

/** For `describe.skipIf`. One loud line when there is no tmux; a failure where it is required. */
export async function isTmuxMissing(): Promise<boolean> {
  const { failed } = await execa('tmux', ['-V'], { reject: false });
  if (!failed) return false;
  const text = 'no tmux: brew install tmux, or apt-get install tmux';
  if (isRequired('tmux')) throw new Error(text);
  process.stderr.write(`SKIPPED, no real terminal to test with: ${text}\n`);
  return true;
}

export type ShellOptions = Readonly<{
  /** The whole environment of the shell, but for what tmux itself needs. */
  env: Readonly<Record<string, string>>;
  columns?: number;
  rows?: number;
}>;

/**
 * A real terminal (tmux, on a server of its own) with a line of shell running in it. After its end it
 * shows `rc=<exit code>` and stays.
 */
export class ShellTerminal {
  readonly #dir = makeTempDir('terminal');
  readonly #env: Readonly<Record<string, string>>;

  protected constructor(env: ShellOptions['env']) {
    this.#env = env;
  }

  static async open(line: string, { env, ...size }: ShellOptions): Promise<ShellTerminal> {
    const terminal = new ShellTerminal(env);
    await terminal.start(line, size);
    return terminal;
  }

  protected async start(
    line: string,
    { columns = 100, rows = 30 }: Omit<ShellOptions, 'env'>,
  ): Promise<void> {
    // The shell outlives a Ctrl-C, to tell the exit code.
    const script = `trap true INT; ${line}; echo rc=$?; exec cat`;
    const size = ['-x', String(columns), '-y', String(rows)];
    await this.#tmux('-u', '-f', '/dev/null', 'new-session', '-d', ...size, 'sh', '-c', script);
  }

  /** The lines that stand on the screen, without the empty ones at the end. */
  async screen(): Promise<string> {
    return (await this.#tmux('capture-pane', '-p')).trimEnd();
  }

  /** Scrolled-away lines too; lines that the terminal broke are joined. */
  async everything(): Promise<string> {
    const text = await this.#tmux('capture-pane', '-p', '-J', '-S', '-');
    return text.replace(/ +$/gm, '').trimEnd();
  }

  /** Looks at the screen until it is as wanted; fails after a minute with what it shows instead. */
  async waitFor(isWanted: string | ((screen: string) => boolean)): Promise<string> {
    const isThere = typeof isWanted === 'string' ? (it: string) => it.includes(isWanted) : isWanted;
    const deadline = Date.now() + 60_000;
    for (;;) {
      const screen = await this.screen();
      if (isThere(screen)) return screen;
      if (Date.now() > deadline)
        throw new Error(`not seen: ${isWanted}\non the screen:\n${screen}`);
      await delay(50);
    }
  }

  /** `C-c` goes to all that runs in the foreground, as a terminal sends it. */
  async press(key: string): Promise<void> {
    await this.#tmux('send-keys', key);
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** Whether the cursor shows and long lines are wrapped, as a shell expects to find it. */
  async isUsable(): Promise<boolean> {
    const format = '#{cursor_flag} #{wrap_flag}';
    return (await this.#tmux('display-message', '-p', format)).trim() === '1 1';
  }

  async close(): Promise<void> {
    await this.#tmux('kill-server');
    removeTempDir(this.#dir);
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    const own = { TMUX_TMPDIR: this.#dir, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8' };
    const options = { env: { ...this.#env, ...own }, extendEnv: false, stdin: 'ignore' } as const;
    const socket = join(this.#dir, 'socket');
    return (await execa('tmux', ['-S', socket, ...args], options)).stdout;
  }
}
