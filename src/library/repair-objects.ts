import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '../model/manifest.ts';
import { keys, objectHeaders } from '../plan/keys.ts';
import type { LibraryContext } from './context.ts';
import type { Film } from './look-at-film.ts';

/**
 * Sends missing and damaged objects again, as far as the work folder still has the very same bytes: a
 * run that was killed leaves them. False when some cannot be found.
 */
export async function repairObjects(
  film: Film,
  { settings, store, signal }: LibraryContext,
): Promise<boolean> {
  const { manifest } = film.stored;
  if (manifest === undefined) return false;
  const { missing, damaged } = film.state.store;
  const dirs = await workFolders(join(settings.workDir, film.slug), manifest.revision);
  let isWhole = true;
  for (const key of [...missing, ...damaged]) {
    const recorded = manifest.objects.find((object) => object.key === key);
    const body = recorded && (await findBytes(dirs, recorded, manifest));
    if (body === undefined) isWhole = false;
    else
      await store.put({ key, body, md5: recorded?.md5 ?? '', ...objectHeaders(key) }, { signal });
  }
  return isWhole;
}

/** `<work>/<slug>/<revision>.XXXXXX`, one for each attempt. */
async function workFolders(dir: string, revision: string): Promise<readonly string[]> {
  const names = await readdir(dir).catch(() => []);
  return names.filter((name) => name.startsWith(`${revision}.`)).map((name) => join(dir, name));
}

async function findBytes(
  dirs: readonly string[],
  { key, md5 }: Manifest['objects'][number],
  { slug, revision }: Manifest,
): Promise<Buffer | undefined> {
  const path = key.slice(keys.revision(slug, revision).length);
  for (const dir of dirs) {
    const body = await readFile(join(dir, path)).catch(() => undefined);
    if (body !== undefined && createHash('md5').update(body).digest('hex') === md5) return body;
  }
  return undefined;
}
