import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { ShellTerminal } from './shell-terminal.ts';
import { makeTempDir } from './temp-dir.ts';

export type EventTerminalOptions = Readonly<{
  columns: number;
  rows: number;
  /** Words before the script's own: redirections have to be in `after`. */
  flags?: readonly string[];
  /** Behind the command, in the shell: `2>/dev/null`. */
  after?: string;
}>;

/** A real terminal in which tests/fixtures/ui/show-events.ts runs and shows what it is sent. */
export class EventTerminal extends ShellTerminal {
  readonly #server: Server = createServer();
  readonly #client: Promise<Socket> = new Promise((resolve) =>
    this.#server.once('connection', resolve),
  );

  static async showing({
    flags = [],
    after = '',
    ...size
  }: EventTerminalOptions): Promise<EventTerminal> {
    const terminal = new EventTerminal(process.env as Record<string, string>);
    const socketPath = join(makeTempDir('events'), 'socket');
    await new Promise<void>((resolve) => terminal.#server.listen(socketPath, resolve));
    const script = join(import.meta.dirname, '../fixtures/ui/show-events.ts');
    const words = [process.execPath, '--import', 'tsx', script, socketPath, ...flags];
    await terminal.start(`${words.join(' ')} ${after}`, size);
    await terminal.#client;
    return terminal;
  }

  /** Has an event reported; answers once it is on its way. */
  async send(...events: readonly object[]): Promise<void> {
    const client = await this.#client;
    for (const event of events) client.write(`${JSON.stringify(event)}\n`);
  }

  override async close(): Promise<void> {
    (await this.#client).destroy();
    this.#server.close();
    await super.close();
  }
}
