import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ListedObject } from '../model/store.ts';
import { isKeyPart } from './check-key.ts';
import { unlessAbsent } from './unless-absent.ts';

/**
 * The objects below `root` whose keys begin with `prefix` and come after `after`, in key order. What is
 * removed meanwhile is left out; one folder's names are held at a time, not the whole tree's. Throws what
 * the system says.
 */
export async function* walkFolder(
  root: string,
  { prefix, after }: Readonly<{ prefix: string; after: string }>,
): AsyncGenerator<ListedObject> {
  const steps: Step[] = [{ dir: root, keyPrefix: '' }];
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    if ('dir' in step) {
      steps.push(...stepsInto(step, await readFolder(step.dir), prefix).reverse());
    } else if (step.key > after) {
      const found = await statObject(step.object, step.key);
      if (found !== undefined) yield found;
    }
  }
}

type Step =
  | Readonly<{ dir: string; keyPrefix: string }>
  | Readonly<{ object: string; key: string }>;

/** What of a folder lies on the way to keys that start with `prefix`, in key order. */
function stepsInto(
  { dir, keyPrefix }: Extract<Step, { dir: string }>,
  entries: readonly Dirent[],
  prefix: string,
): Step[] {
  return (
    entries
      .filter((entry) => (entry.isFile() || entry.isDirectory()) && isObjectName(entry.name))
      .map((entry) => ({ entry, key: keyPrefix + entry.name + (entry.isDirectory() ? '/' : '') }))
      .filter(({ key }) => key.startsWith(prefix) || (key.endsWith('/') && prefix.startsWith(key)))
      // By whole key and not by name: `a-b` stands before what is in the folder `a`, as - is before /.
      .toSorted((one, other) => (one.key < other.key ? -1 : 1))
      .map(({ entry, key }) => {
        const path = join(dir, entry.name);
        return entry.isDirectory() ? { dir: path, keyPrefix: key } : { object: path, key };
      })
  );
}

/** `._seg_00001.ts` is what macOS leaves beside a file on disks that are not its own. */
function isObjectName(name: string): boolean {
  return isKeyPart(name) && !name.startsWith('._');
}

async function readFolder(dir: string): Promise<readonly Dirent[]> {
  return (await readdir(dir, { withFileTypes: true }).catch(unlessAbsent)) ?? [];
}

async function statObject(path: string, key: string): Promise<ListedObject | undefined> {
  const info = await stat(path).catch(unlessAbsent);
  if (info === undefined) return undefined;
  return { key, bytes: info.size, md5: undefined, modifiedAtMs: info.mtimeMs };
}
