/** `npm run build`: brings dist up to date. Does nothing when it was made from these very sources. */
import { ensureBuild } from './set-up/build.mjs';
import { runScript } from './set-up/say.mjs';

await runScript(async () => {
  await ensureBuild();
  return 0;
});
