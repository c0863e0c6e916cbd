import { chmodSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeTempDir } from './temp-dir.ts';

const SCRIPT = resolve(import.meta.dirname, '../fixtures/bin/mac-ffmpeg');

/**
 * Path of a program that plays a Mac's ffmpeg, VideoToolbox included, with the real one behind it.
 * What `behaviour` may be, `works` among it, stands at the top of tests/fixtures/bin/mac-ffmpeg.
 */
export function macFfmpeg(behaviour: string): string {
  const path = join(makeTempDir('mac'), 'ffmpeg');
  // The real one by name: the variable may point at this very program by the time it runs.
  const real = process.env['MOVIE_INGEST_FFMPEG'] || 'ffmpeg';
  writeFileSync(path, `#!/bin/sh\nreal='${real}' exec '${SCRIPT}' '${behaviour}' "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}
