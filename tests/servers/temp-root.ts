import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gives the whole run one temp folder (and one in memory), and removes both at its end. Workers cannot
 * clean up after themselves: vitest ends them by SIGTERM, and with each suite's own mongod 300 MB would
 * stay. What the code under test leaves in the temp folder goes too.
 */
export function setup(): void {
  if (process.env['MOVIE_INGEST_TEST_FAST_TMP'] !== undefined) return; // the other project did it
  const memory = hasRoom('/dev/shm', 2 * 1024 ** 3) ? '/dev/shm' : tmpdir();
  const fast = mkdtempSync(join(memory, 'movie-ingest-tests-'));
  const ordinary = mkdtempSync(join(tmpdir(), 'movie-ingest-tests-'));
  process.env['MOVIE_INGEST_TEST_FAST_TMP'] = fast;
  process.env['TMPDIR'] = ordinary;
  // Not a teardown: those of the servers come after it.
  process.on('exit', () => {
    for (const dir of [fast, ordinary]) {
      try {
        rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
      } catch (error) {
        // After Ctrl-C somebody may still write there; the tally must be printed all the same.
        console.error(`${dir} could not be removed: ${String(error)}`);
      }
    }
  });
}

function hasRoom(path: string, bytes: number): boolean {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize >= bytes;
  } catch {
    return false;
  }
}
