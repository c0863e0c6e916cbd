import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The version of movie-ingest, from package.json, which stands two folders up both from `src/lib` and from `dist/lib`. */
export async function ownVersion(): Promise<string> {
  const text = await readFile(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
