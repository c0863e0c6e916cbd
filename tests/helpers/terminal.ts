import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
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

export type TerminalOptions = Readonly<{
  columns: number;
  rows: number;
  /** Words before the script's own: redirections have to be in `after`. */
  flags?: readonly string[];
  /** Behind the command, in the shell: `2>/dev/null`. */
  after?: string;
}>;

/**
 * A real terminal (tmux, on a server of its own) in which tests/fixtures/ui/show-events.ts runs. After
 * its end the pane shows `rc=<exit code>` and stays.
 */
export class Terminal {
  readonly #dir: string;
  readonly #server: Server;
  readonly #client: Promise<Socket>;

  private constructor(dir: string) {
    this.#dir = dir;
    this.#server = createServer();
    this.#client = new Promise((resolve) => this.#server.once('connection', resolve));
  }

  static async open({ columns, rows, flags = [], after = '' }: TerminalOptions): Promise<Terminal> {
    const terminal = new Terminal(makeTempDir('terminal'));
    const socketPath = join(terminal.#dir, 'events');
    await new Promise<void>((resolve) => terminal.#server.listen(socketPath, resolve));
    const script = join(import.meta.dirname, '../fixtures/ui/show-events.ts');
    const words = [process.execPath, '--import', 'tsx', script, socketPath, ...flags];
    // the shell outlives a Ctrl-C, to tell the exit code
    const command = `trap true INT; ${words.join(' ')} ${after}; echo rc=$?; exec cat`;
    await terminal.#tmux([
      ...['-u', '-f', '/dev/null', 'new-session', '-d'],
      ...['-x', String(columns), '-y', String(rows), 'sh', '-c', command],
    ]);
    await terminal.#client;
    return terminal;
  }

  /** Has an event reported; answers once it is on its way. */
  async send(...events: readonly object[]): Promise<void> {
    const client = await this.#client;
    for (const event of events) client.write(`${JSON.stringify(event)}\n`);
  }

  /** The lines that stand on the screen, without the empty ones at the end. */
  async screen(): Promise<string> {
    return (await this.#tmux(['capture-pane', '-p'])).trimEnd();
  }

  /** Scrolled-away lines too; lines that the terminal broke are joined. */
  async everything(): Promise<string> {
    const text = await this.#tmux(['capture-pane', '-p', '-J', '-S', '-']);
    return text.replace(/ +$/gm, '').trimEnd();
  }

  /** Looks at the screen until it is as wanted; fails with what it shows instead. */
  async waitFor(isWanted: string | ((screen: string) => boolean)): Promise<string> {
    const isThere = typeof isWanted === 'string' ? (it: string) => it.includes(isWanted) : isWanted;
    const deadline = Date.now() + 30_000;
    for (;;) {
      const screen = await this.screen();
      if (isThere(screen)) return screen;
      if (Date.now() > deadline)
        throw new Error(`not seen: ${isWanted}\non the screen:\n${screen}`);
    }
  }

  async press(key: string): Promise<void> {
    await this.#tmux(['send-keys', key]);
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux(['resize-window', '-x', String(columns), '-y', String(rows)]);
  }

  /** Whether the cursor shows and long lines are wrapped, as a shell expects to find it. */
  async isUsable(): Promise<boolean> {
    const format = '#{cursor_flag} #{wrap_flag}';
    return (await this.#tmux(['display-message', '-p', format])).trim() === '1 1';
  }

  async close(): Promise<void> {
    (await this.#client).destroy();
    this.#server.close();
    await this.#tmux(['kill-server']);
    removeTempDir(this.#dir);
  }

  async #tmux(args: readonly string[]): Promise<string> {
    const env = { TMUX_TMPDIR: this.#dir, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8' };
    const socket = join(this.#dir, 'tmux');
    const { stdout } = await execa('tmux', ['-S', socket, ...args], { env, stdin: 'ignore' });
    return stdout;
  }
}
