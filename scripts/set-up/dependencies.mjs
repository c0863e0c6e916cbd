import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { withLock } from './lock.mjs';
import { findProgram, ROOT, run } from './run.mjs';
import { SetUpError, say } from './say.mjs';

/** Brings node_modules to what package-lock.json says; nothing happens when it is so. */
export async function ensureDependencies() {
  if (areInstalled()) return;
  await withLock(async () => {
    if (areInstalled()) return; // another set-up did it while we waited
    say('Installing the dependencies (npm install), once …');
    const [program, ...before] = npm();
    const code = await run(program, [...before, 'install', ...OPTIONS], { env: LOCAL });
    if (code !== 0 || !areInstalled()) {
      throw new SetUpError(`npm install failed (exit ${code}); its message is above`);
    }
  });
}

/**
 * `npm install`, not `npm ci`, which refuses a lock that lacks a package for another platform: a lock
 * made where the registry carries only some platforms of an optional dependency is such a one. What
 * the lock does name is installed in that version and by that hash, and the lock is not written.
 */
const OPTIONS = [
  '--no-save',
  '--ignore-scripts', // none is needed
  '--include=dev', // they build
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
];

/** Under `npm install -g .` the outer npm tells its scripts to work globally, which this must not. */
const LOCAL = {
  npm_config_global: undefined,
  npm_config_location: undefined,
  npm_config_prefix: undefined,
  NODE_ENV: undefined,
};

/**
 * npm writes node_modules/.package-lock.json last, so a cut-off install is seen; comparing the
 * versions in it needs no stamp of our own and is right after any `npm install` by hand.
 */
function areInstalled() {
  const wanted = readPackages(join(ROOT, 'package-lock.json'));
  const present = readPackages(join(ROOT, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || present === undefined) return false;
  return Object.entries(wanted).every(
    ([path, entry]) =>
      path === '' ||
      entry.optional === true || // another platform's binary
      entry.devOptional === true ||
      entry.peer === true ||
      present[path]?.version === entry.version,
  );
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** The very npm that runs us, if one does; yarn or pnpm would not read our lock. */
function npm() {
  const running = process.env.npm_execpath;
  if (running !== undefined && basename(running) === 'npm-cli.js') {
    return [process.execPath, running];
  }
  const program = findProgram('npm');
  if (program === undefined) throw new SetUpError('there is no npm on PATH: https://nodejs.org');
  return [program];
}
