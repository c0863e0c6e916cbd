import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { withLock } from './lock.mjs';
import { ROOT, run } from './run.mjs';
import { SetUpError, say } from './say.mjs';

const BUILT = join(ROOT, 'dist', 'main.js');
const STAMP = join(ROOT, '.cache', 'build-inputs'); // not in dist, which is published
const PREVIEW = join('scripts', 'build-preview.mjs');
const HELP = join('scripts', 'write-help.mjs');
const PAGES = join('scripts', 'write-pages.mjs');
const INPUTS = [
  'tsconfig.json',
  'tsconfig.build.json',
  'package-lock.json',
  'THIRD_PARTY_LICENSES',
  PREVIEW,
  HELP,
  PAGES,
];

/** Builds dist when it is missing or made from other sources; else a few milliseconds of reading. */
export async function ensureBuild() {
  if (isFresh()) return;
  await withLock(async () => {
    if (isFresh()) return;
    say('Building …');
    const inputs = hashInputs();
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const compile = [tsc, '-p', join(ROOT, 'tsconfig.build.json')];
    const scripts = [PREVIEW, HELP, PAGES].map((script) => [join(ROOT, script)]);
    for (const args of [compile, ...scripts]) {
      const code = await run(process.execPath, args);
      if (code !== 0) throw new SetUpError('the build failed; its messages are above');
    }
    mkdirSync(dirname(STAMP), { recursive: true });
    writeFileSync(STAMP, inputs);
  });
}

/** By content, not by time: a checkout gives old files new times. */
function isFresh() {
  return existsSync(BUILT) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hashInputs();
}

function hashInputs() {
  const hash = createHash('sha256');
  for (const path of [...INPUTS, ...sources()]) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(ROOT, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

function sources() {
  const below = (folder, options) =>
    readdirSync(join(ROOT, folder), { ...options, withFileTypes: true });
  const pages = [...below('docs'), ...below(join('docs', 'providers'))].filter(({ name }) =>
    name.endsWith('.md'),
  );
  return [...below('src', { recursive: true }), ...below(join('scripts', 'pages')), ...pages]
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort();
}
