import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** `presets/` of the package; src/config and dist/config are equally deep. */
export const PRESETS_DIR = path.join(import.meta.dirname, '..', '..', 'presets');

/** Of the presets that come with the program: `default` first, the others by name. */
export async function presetNames(): Promise<string[]> {
  const files = await readdir(PRESETS_DIR);
  const names = files
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length));
  return [
    ...names.filter((name) => name === 'default'),
    ...names.filter((name) => name !== 'default').toSorted(),
  ];
}
