import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeTempDir } from './temp-dir.ts';

/** A preset with one small rung, for tests of everything but the picture. */
export const TINY = resolve(import.meta.dirname, '../fixtures/presets/tiny.json');

/** One with two, 90p and 180p, for tests of what is copied. */
export const SMALL = resolve(import.meta.dirname, '../fixtures/presets/small.json');

/** One for a whole test file: encoders are tried once. Its slugs must not be worked on at once. */
const stateDir = makeTempDir('state');

export type User = Readonly<{
  home: string;
  library: string;
  workDir: string;
  /** For `runCli` and `runMain`. */
  env: Readonly<Record<string, string>>;
  /** Slugs that a viewer can play. */
  published(): readonly string[];
  /** Slugs in the catalogue. */
  documents(): readonly string[];
  /** What lies in the work folder. */
  leftovers(): readonly string[];
}>;

/** Somebody with a home and an empty library of his own, and nothing configured. */
export function newUser(env: Readonly<Record<string, string>> = {}): User {
  const home = makeTempDir('home');
  const library = join(home, 'library');
  const workDir = join(home, 'work');
  return {
    home,
    library,
    workDir,
    env: {
      HOME: home,
      MOVIE_INGEST_LIBRARY: library,
      MOVIE_INGEST_WORK_DIR: workDir,
      MOVIE_INGEST_STATE_DIR: stateDir,
      MOVIE_INGEST_PRESET: TINY,
      ...env,
    },
    published: () =>
      list(join(library, 'media/videos')).filter((slug) =>
        existsSync(join(library, 'media/videos', slug, 'master.m3u8')),
      ),
    documents: () =>
      list(join(library, 'catalog'))
        .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
        .map((name) => name.slice(0, -'.json'.length)),
    leftovers: () => list(workDir),
  };
}

function list(dir: string): readonly string[] {
  return existsSync(dir) ? readdirSync(dir).toSorted() : [];
}
