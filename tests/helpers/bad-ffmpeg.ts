import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeTempDir } from './temp-dir.ts';

const SCRIPT = resolve(import.meta.dirname, '../fixtures/bin/bad-ffmpeg');

export type BadFfmpeg = Readonly<{
  /** For `runCli` and `newUser`. */
  env: Readonly<Record<string, string>>;
  /** How often it was started to encode a film, up to now. */
  encodes(): number;
  /** The processes that it was, each once, in order. */
  pids(): readonly number[];
}>;

/**
 * An ffmpeg that goes wrong where a film is encoded, and keeps a list of its starts. What `behaviour`
 * may be, `works` among it, stands at the top of tests/fixtures/bin/bad-ffmpeg.
 */
export function badFfmpeg(behaviour: string): BadFfmpeg {
  const log = join(makeTempDir('ffmpeg-log'), 'starts');
  const starts = () =>
    existsSync(log)
      ? readFileSync(log, 'utf8')
          .trim()
          .split('\n')
          .map((line) => line.split(' '))
      : [];
  return {
    env: {
      MOVIE_INGEST_FFMPEG: SCRIPT,
      BAD_FFMPEG: behaviour,
      BAD_FFMPEG_LOG: log,
      REAL_FFMPEG: process.env['MOVIE_INGEST_FFMPEG'] || 'ffmpeg',
    },
    encodes: () => starts().filter(([purpose]) => purpose === 'encode').length,
    pids: () => starts().map(([, pid]) => Number(pid)),
  };
}
