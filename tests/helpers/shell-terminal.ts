import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { makeTempDir } from './temp-dir.ts';

export type ShellTerminal = Readonly<{
  /** Looks until this stands on the screen; fails with what does after a minute. Answers with it. */
  waitFor(text: string): Promise<string>;
  /** `C-c` goes to all that runs in the foreground, as a terminal sends it. */
  press(key: string): Promise<void>;
  /** Whether the cursor shows and long lines are wrapped. */
  isUsable(): Promise<boolean>;
  close(): Promise<void>;
}>;

/**
 * A real terminal (tmux, on a server of its own) with a line of shell running in it, in exactly this
 * environment. After its end it shows `rc=<exit code>` and stays.
 */
export async function openShell(
  line: string,
  env: Readonly<Record<string, string>>,
): Promise<ShellTerminal> {
  const dir = makeTempDir('terminal');
  const tmux = async (...args: string[]) => {
    const options = {
      env: { ...env, TMUX_TMPDIR: dir, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8' },
      extendEnv: false,
      stdin: 'ignore',
    } as const;
    return (await execa('tmux', ['-S', join(dir, 'socket'), ...args], options)).stdout;
  };
  // The shell outlives a Ctrl-C, to tell the exit code.
  const script = `trap true INT; ${line}; echo rc=$?; exec cat`;
  await tmux(
    ...['-u', '-f', '/dev/null', 'new-session', '-d', '-x', '100', '-y', '30', 'sh', '-c', script],
  );
  const screen = () => tmux('capture-pane', '-p');
  return {
    waitFor: async (text) => {
      const deadline = Date.now() + 60_000;
      for (;;) {
        const shown = await screen();
        if (shown.includes(text)) return shown;
        if (Date.now() > deadline) throw new Error(`not seen: ${text}\non the screen:\n${shown}`);
        await delay(50);
      }
    },
    press: async (key) => void (await tmux('send-keys', key)),
    isUsable: async () =>
      (await tmux('display-message', '-p', '#{cursor_flag} #{wrap_flag}')).trim() === '1 1',
    close: async () => void (await tmux('kill-server')),
  };
}
