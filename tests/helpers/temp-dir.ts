import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A new empty folder, real path (a Mac's /var is a link). It need not be removed: the whole run has one
 * temp folder, which goes at its end (tests/servers/temp-root.ts); `removeTempDir` is for what is large.
 */
export function makeTempDir(name = 'test'): string {
  return mkdtempSync(join(realpathSync(tmpdir()), `movie-ingest-${name}-`));
}

/** The same in memory, where the system has such a place with room for films. */
export function makeFastTempDir(name = 'test'): string {
  const root = process.env['MOVIE_INGEST_TEST_FAST_TMP'] ?? tmpdir();
  return mkdtempSync(join(realpathSync(root), `movie-ingest-${name}-`));
}

export function removeTempDir(dir: string): void {
  rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
}
