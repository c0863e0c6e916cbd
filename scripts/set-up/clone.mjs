import { ensureBuild } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { checkNodeVersion } from './node-version.mjs';
import { runScript } from './say.mjs';

/**
 * Brings dependencies and build of this clone up to date; true when they are. Else it has said why, and
 * set the exit code.
 */
export async function setUpClone() {
  let isDone = false;
  await runScript(async () => {
    checkNodeVersion();
    await ensureDependencies();
    await ensureBuild();
    isDone = true;
    return 0;
  });
  return isDone;
}
