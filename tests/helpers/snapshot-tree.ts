import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** All that can be seen of a folder without reading it: path, kind, size, time of each, its own too. */
export function snapshotTree(root: string): readonly string[] {
  if (!existsSync(root)) return [];
  const below = readdirSync(root, { recursive: true, encoding: 'utf8' }).toSorted();
  return ['.', ...below].map((name) => {
    const stats = lstatSync(join(root, name), { bigint: true });
    const kind = stats.isDirectory() ? 'folder' : 'file';
    return `${name} ${kind} ${kind === 'file' ? stats.size : ''} ${stats.ino} ${stats.mtimeNs}`;
  });
}
