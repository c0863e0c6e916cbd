import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../ffmpeg/run.ts';
import { cleanText } from '../lib/clean-text.ts';
import type { Finding } from '../reconcile/decide.ts';

const PATIENCE_MS = 300_000;

/**
 * What Apple's `mediastreamvalidator` has against the stream at `url`: its lines that begin with
 * `Error`. Undefined where the program is not installed (it comes with Apple's HTTP Live Streaming
 * Tools, for macOS only). It writes its report into its own folder, which goes.
 */
export async function runAppleValidator(
  url: string,
  signal: AbortSignal,
): Promise<readonly Finding[] | undefined> {
  const cwd = await mkdtemp(join(tmpdir(), 'movie-ingest-validator-'));
  try {
    const options = { cwd, signal, timeoutMs: PATIENCE_MS, maxStdoutBytes: 1_048_576 };
    const result = await run('mediastreamvalidator', [url], options);
    signal.throwIfAborted();
    if (result.outcome === 'not found') return undefined;
    const lines = [...result.stdout.toString('utf8').split('\n'), ...result.stderrTail];
    const errors = lines.filter((line) => /^\s*error\b/i.test(line)).map(toFinding);
    if (errors.length > 0 || result.outcome === 'exited') return errors;
    return [toFinding(`Apple's mediastreamvalidator did not come to an end (${result.outcome})`)];
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}

function toFinding(line: string): Finding {
  const detail = cleanText(line, { maxLength: 300 });
  return { row: 11, mark: '!', kind: 'apple validator', detail, isDrift: true, isLoss: false };
}
