import { shellQuote } from '../lib/shell-quote.ts';
import type { CommonFlags } from './session.ts';

const PLACES = [
  ['--store', 'store'],
  ['--library', 'library'],
  ['--db', 'db'],
] as const;

/** Another command about the same films, as this run was told where they are: `movie-ingest sync --db x`. */
export function commandHere(words: readonly string[], flags: CommonFlags): string {
  const places = PLACES.flatMap(([flag, name]) => {
    const value = flags[name];
    return value === undefined ? [] : [flag, value];
  });
  return shellQuote(['movie-ingest', ...words, ...places]);
}
