#!/usr/bin/env node
// CommonJS, and help from a file: a module loader and a command tree cost as much again as starting
// node does (P6: 2.0 × `node -e 0` with them, 1.2 × without), and shells ask for help at every Tab.
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const help = readHelp(process.argv.slice(2));
if (help === undefined) {
  void run();
} else {
  process.stdout.on('error', () => {}); // `--help | head -1` ends quietly
  process.stdout.write(help);
}

/** What `scripts/write-help.mjs` wrote for `--help` or `<command> --help`; undefined for all else. */
function readHelp(words) {
  if (!['-h', '--help'].includes(words.at(-1)) || words.length > 2) return undefined;
  const command = words.length === 1 ? 'movie-ingest' : words[0];
  if (!/^[a-z-]+$/.test(command)) return undefined;
  try {
    return readFileSync(join(__dirname, '..', 'dist', 'help', `${command}.txt`));
  } catch {
    return undefined; // no such command: the command tree says what is meant
  }
}

async function run() {
  try {
    if (!(await isBuilt())) return;
    const { main } = await import('../dist/main.js');
    process.exitCode = await main(process.argv);
  } catch (error) {
    // Our own modules are files too. Everything else was told by `main` itself.
    if (error.code !== 'EMFILE' && error.code !== 'ENFILE') throw error;
    process.stderr.write(
      `movie-ingest: too many open files (${error.code})\n  Allow more: ulimit -n 1024\n`,
    );
    process.exitCode = 9;
  }
}

/**
 * `npm install -g .` of a clone links this folder and nothing more, so the first run builds it. No script
 * of npm's does: npm 11.19 warns of a package that has one (`prepare` too), and npm 12 does not run it. A
 * package comes built, and without scripts/.
 */
async function isBuilt() {
  const root = join(__dirname, '..');
  if (existsSync(join(root, 'dist', 'main.js')) || !existsSync(join(root, 'scripts'))) return true;
  const { setUpClone } = await import('../scripts/set-up/clone.mjs');
  return setUpClone();
}
