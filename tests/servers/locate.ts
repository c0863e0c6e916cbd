import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { cachedProgram, installIntoCache, removeFromCache } from './cache.ts';
import { RECIPES, type Recipe, type ServerName } from './recipes.ts';

export type Found = Readonly<{
  path: string;
  /** `PATH`, `cache`, `installed`, or the name of the environment variable. */
  from: string;
}>;

/** `tried` has a line per step; `help` is what to type. */
export type Missing = Readonly<{ path: undefined; tried: readonly string[]; help: string }>;

export type LocateOptions = Readonly<{
  env?: NodeJS.ProcessEnv;
  /** Folders looked at after PATH: a cron job or an IDE on a Mac has no Homebrew on its PATH. */
  usualPlaces?: readonly string[];
}>;

/**
 * Finds a real server program, in this order (test-servers.md §1): the environment variable, and then
 * nothing else (set but wrong throws: a silent fall-through would test another program than was asked
 * for); PATH and the usual places; the cache of earlier runs; a registry client, which fills the
 * cache. Every candidate is asked for its version once before it is believed.
 */
export async function locate(
  name: ServerName,
  options: LocateOptions = {},
): Promise<Found | Missing> {
  const { env = process.env, usualPlaces = ['/opt/homebrew/bin', '/usr/local/bin'] } = options;
  const recipe = RECIPES[name];
  const named = env[recipe.variable];
  if (named !== undefined && named !== '') {
    const fault = await faultOf(named, recipe);
    if (fault !== undefined) throw new Error(`${recipe.variable}=${named}: ${fault}`);
    return { path: named, from: recipe.variable };
  }

  const tried = [`${recipe.variable} is not set`];
  const folders = [...(env['PATH'] ?? '').split(delimiter), ...usualPlaces].filter(
    (it) => it !== '',
  );
  const onPath = folders.flatMap((folder) => recipe.programs.map((it) => join(folder, it)));
  for (const path of [...onPath, ...(recipe.otherPlaces ?? [])].filter(isExecutable)) {
    const fault = await faultOf(path, recipe);
    if (fault === undefined) return { path, from: 'PATH' };
    tried.push(`${path}: ${fault}`);
  }
  if (tried.length === 1) tried.push(`no ${recipe.programs.join(' or ')} on PATH`);
  if (recipe.install === undefined) return { path: undefined, tried, help: recipe.help };

  const cached = cachedProgram(recipe, env);
  if (isExecutable(cached)) {
    const fault = await faultOf(cached, recipe);
    if (fault === undefined) return { path: cached, from: 'cache' };
    tried.push(`${cached}: ${fault}`);
    await removeFromCache(recipe, env);
  } else {
    tried.push(`nothing at ${cached}`);
  }
  try {
    await installIntoCache(recipe, env);
    const fault = await faultOf(cached, recipe);
    if (fault === undefined) return { path: cached, from: 'installed' };
    tried.push(`installed, but ${fault}`);
  } catch (error) {
    tried.push(error instanceof Error ? error.message : String(error));
  }
  return { path: undefined, tried, help: recipe.help };
}

/** The program's path; throws an error that tells every step tried when there is none. */
export async function requireProgram(name: ServerName): Promise<string> {
  const location = await locate(name);
  if (location.path === undefined) throw new Error(describeMissing(name, location));
  return location.path;
}

/**
 * For `describe.skipIf(await isMissing('mongod'))`. Says loudly on stderr what is missing and what
 * helps. Where it must not be missing (CI=true, or named in MOVIE_INGEST_TEST_REQUIRE) it throws: a
 * green run must not be able to hide that no real server was met.
 */
export async function isMissing(name: ServerName): Promise<boolean> {
  const location = await locate(name);
  if (location.path !== undefined) return false;
  const text = describeMissing(name, location);
  if (isRequired(name)) throw new Error(text);
  process.stderr.write(`SKIPPED, nothing real to test against: ${text}\n`);
  return true;
}

/** True in CI, and for what `MOVIE_INGEST_TEST_REQUIRE=mongod,versitygw` names. */
export function isRequired(name: string, env: NodeJS.ProcessEnv = process.env): boolean {
  const names = (env['MOVIE_INGEST_TEST_REQUIRE'] ?? '').split(',').map((it) => it.trim());
  return env['CI'] === 'true' || names.includes(name);
}

export function describeMissing(name: ServerName, missing: Missing): string {
  return `no ${name} (${missing.tried.join('; ')}). Try: ${missing.help}`;
}

/** What speaks against this program, or undefined when it starts and its version will do. */
async function faultOf(
  path: string,
  { accepts, asks = '--version' }: Recipe,
): Promise<string | undefined> {
  const result = await execa(path, [asks], { reject: false, timeout: 20_000, all: true });
  const text = result.all ?? '';
  if (result.failed) return `does not run: ${(text || result.shortMessage || '').slice(-300)}`;
  return accepts(text);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
