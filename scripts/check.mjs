/** `npm run check`: what CI runs, but for its longer suites. Every check runs, whatever the ones before it found. */

import { join } from 'node:path';
import { ensureDependencies } from './set-up/dependencies.mjs';
import { checkNodeVersion } from './set-up/node-version.mjs';
import { ROOT, run } from './set-up/run.mjs';
import { runScript, say } from './set-up/say.mjs';

const bin = (name) => join(ROOT, 'node_modules', '.bin', name);

/** Beside the tests. `.ci/run` runs the same by `npm run`, after the tests. */
const CHECKS = [
  ['lint', bin('biome'), ['check', '--error-on-warnings', '.']],
  ['types', bin('tsc'), []],
  ['types of the page', bin('tsc'), ['-p', join('src', 'preview', 'page')]],
  ['unused', bin('knip'), []],
  ['test', process.execPath, [join(ROOT, 'scripts', 'test.mjs')]],
];

await runScript(async () => {
  checkNodeVersion();
  await ensureDependencies();
  const failed = [];
  for (const [name, program, args] of CHECKS) {
    say(`— ${name}`);
    if ((await run(program, args, { output: 'stdout' })) !== 0) failed.push(name);
  }
  if (failed.length > 0) say(`Failed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
});
