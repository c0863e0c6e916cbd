/** `npm run bench`: does the set-up that the tests need as well, then measures. Names pick: P1 P6. */
import { join } from 'node:path';
import { ensureBuild } from './set-up/build.mjs';
import { ensureDependencies } from './set-up/dependencies.mjs';
import { ensureFfmpeg } from './set-up/ffmpeg.mjs';
import { checkNodeVersion } from './set-up/node-version.mjs';
import { ROOT, run } from './set-up/run.mjs';
import { runScript } from './set-up/say.mjs';

await runScript(async () => {
  checkNodeVersion();
  await ensureDependencies();
  await ensureBuild();
  await ensureFfmpeg();
  const main = join(ROOT, 'bench', 'main.ts');
  return run(process.execPath, ['--import', 'tsx', main, ...process.argv.slice(2)], {
    output: 'stdout',
  });
});
