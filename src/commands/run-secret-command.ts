import type { RunCommand } from '../config/resolve-secrets.ts';

/** A keychain may ask its owner first. */
const TIMEOUT_MS = 60_000;
const MAX_BYTES = 65_536;

/**
 * Runs a command line of the user's own environment or config file, as their shell would: pipes and
 * quotes work. Nothing of a film is ever in it. Loads the process library only when there is one.
 */
export const runSecretCommand: RunCommand = async (command) => {
  const { run } = await import('../ffmpeg/run.ts');
  const result = await run('/bin/sh', ['-c', command], {
    timeoutMs: TIMEOUT_MS,
    maxStdoutBytes: MAX_BYTES,
    isUsers: true,
  });
  if (result.outcome === 'exited' && result.exitCode === 0) {
    return { stdout: result.stdout.toString('utf8') };
  }
  return { failure: failureOf(result) };
};

function failureOf({
  outcome,
  exitCode,
}: Readonly<{ outcome: string; exitCode?: number | undefined }>) {
  if (outcome === 'exited') return `ended with code ${exitCode}`;
  if (outcome === 'timed out') return `gave no answer within ${TIMEOUT_MS / 1000} s`;
  return `could not be run (${outcome})`;
}
