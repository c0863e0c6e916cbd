import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const CORPUS = resolve(import.meta.dirname, '../../../shared/corpus');

/**
 * Path of a film in the corpus of odd and broken films that lies beside a developer's clone, or
 * undefined, with one loud line, where it does not: `test.skipIf(film === undefined)`. It is too large
 * and too mixed in licence to be part of the project.
 */
export function corpus(name: string): string | undefined {
  const path = resolve(CORPUS, name);
  if (existsSync(path)) return path;
  process.stderr.write(`SKIPPED, no film to test with: ${path}\n`);
  return undefined;
}
