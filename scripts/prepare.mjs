/**
 * npm runs this after `npm install` in a clone and for `npm install -g .`, which only links this
 * folder: then nobody has installed anything in it yet (measured with npm 11.19), so both the
 * dependencies and the build are brought up to date here. A package from the registry comes built.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuild } from './set-up/build.mjs';
import { ensureDependencies } from './set-up/dependencies.mjs';
import { ROOT } from './set-up/run.mjs';
import { runScript, say } from './set-up/say.mjs';

await runScript(async () => {
  const nodeModules = join(ROOT, 'node_modules');
  if (!existsSync(nodeModules)) await ensureDependencies();
  if (existsSync(join(nodeModules, 'typescript'))) await ensureBuild();
  else say('Not built: the dev dependencies were left out.');
  return 0;
});
