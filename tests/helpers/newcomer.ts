import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDir } from './temp-dir.ts';

export type Newcomer = Readonly<{
  home: string;
  file: string;
  env: Readonly<Record<string, string>>;
  config: () => unknown;
}>;

/** Somebody who has set up nothing, or has this file. */
export function newcomer(before?: object): Newcomer {
  const home = makeTempDir('home');
  const file = join(home, '.config/movie-ingest/config.json');
  if (before !== undefined) {
    mkdirSync(join(home, '.config/movie-ingest'), { recursive: true });
    writeFileSync(file, JSON.stringify(before), { mode: 0o600 });
  }
  const config = () => JSON.parse(readFileSync(file, 'utf8'));
  return { home, file, env: { HOME: home }, config };
}
