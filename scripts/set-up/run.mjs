import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, statSync } from 'node:fs';
import { constants as osConstants } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

/** The project's folder, wherever the command was typed. */
export const ROOT = resolve(import.meta.dirname, '../..');

/**
 * Runs a program to its end and answers with its exit code (127 when it could not be started, 128
 * and more after a signal, as a shell has it). Its stdout goes to our stderr, for stdout is the
 * result's, unless `output` is 'stdout' (kept) or 'none' (both thrown away); an undefined value in `env` removes a variable. While it runs our own SIGINT and SIGTERM are left to it: a terminal
 * sends Ctrl-C to both, and npm and apt want to clean up first.
 */
export async function run(program, args, { env = {}, output = 'stderr' } = {}) {
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: output === 'none' ? 'ignore' : ['ignore', output === 'stdout' ? 1 : 2, 2],
  });
  const leave = () => {};
  const pass = (signal) => child.kill(signal);
  process.on('SIGINT', leave).on('SIGTERM', pass).on('SIGHUP', pass);
  try {
    const [code, signal] = await once(child, 'close');
    return code ?? 128 + (osConstants.signals[signal] ?? 0);
  } catch {
    return 127;
  } finally {
    process.off('SIGINT', leave).off('SIGTERM', pass).off('SIGHUP', pass);
  }
}

/** Path of a program on PATH or in one of the other folders, or undefined. Starts nothing. */
export function findProgram(name, otherFolders = []) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...otherFolders];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isProgram);
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
