import { homedir } from 'node:os';
import { execa } from 'execa';

/**
 * Runs pip or go, which may download and compile for minutes; answers with its output, and throws
 * with the end of that output when it fails. HOME is given where the environment has none (cron):
 * go refuses to work without.
 */
export async function runInstaller(
  program: string,
  args: readonly string[],
  options: Readonly<{ cwd: string; env?: Readonly<Record<string, string>> }>,
): Promise<string> {
  const result = await execa(program, args, {
    cwd: options.cwd,
    env: { HOME: process.env['HOME'] || homedir(), ...options.env },
    stdin: 'ignore',
    all: true,
    reject: false,
    timeout: 300_000,
  });
  if (!result.failed) return result.all;
  const reason = result.code === 'ENOENT' ? 'not installed' : result.shortMessage;
  throw new Error(`${program}: ${reason} ${result.all?.slice(-1_000) ?? ''}`.trim());
}
