import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Recipe } from './recipes.ts';

/**
 * Where an installed server is kept: outside the project, because `npm ci` removes
 * `node_modules/.cache` and a CI that runs it would build versitygw each time.
 */
export function cachedProgram(recipe: Recipe, env: NodeJS.ProcessEnv): string {
  const folder = `${recipe.programs[0]}-${recipe.pin}-${process.platform}-${process.arch}`;
  return join(cacheRoot(env), folder, recipe.programs[0]);
}

/** Takes a copy that does not run (another libc, a damaged disk) out of the way. */
export async function removeFromCache(recipe: Recipe, env: NodeJS.ProcessEnv): Promise<void> {
  await rm(dirname(cachedProgram(recipe, env)), { recursive: true, force: true });
}

/**
 * Runs the recipe in a folder of its own beside the cache and renames the whole into place, so that
 * nobody ever sees a half-written program. Of two runs at once the first rename wins; the other
 * throws its copy away.
 */
export async function installIntoCache(recipe: Recipe, env: NodeJS.ProcessEnv): Promise<void> {
  const target = dirname(cachedProgram(recipe, env));
  await mkdir(dirname(target), { recursive: true });
  const scratch = await mkdtemp(`${target}.installing-`);
  try {
    process.stderr.write(`Tests: getting ${recipe.programs[0]} ${recipe.pin}, once …\n`);
    const program = await recipe.install?.(scratch);
    if (program === undefined) throw new Error(`${recipe.programs[0]} cannot be installed`);
    const kept = join(scratch, 'kept');
    await mkdir(kept);
    await rename(program, join(kept, recipe.programs[0]));
    await chmod(join(kept, recipe.programs[0]), 0o755);
    await rename(kept, target).catch(unlessTheOtherWon);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function unlessTheOtherWon(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
}

function cacheRoot(env: NodeJS.ProcessEnv): string {
  const home = env['HOME'] || homedir();
  const onMac = join(home, 'Library', 'Caches');
  const base =
    env['XDG_CACHE_HOME'] || (process.platform === 'darwin' ? onMac : join(home, '.cache'));
  return join(base, 'movie-ingest-tests');
}
