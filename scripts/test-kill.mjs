/** `npm run test:kill -- --runs N --seed S`: films killed with -9 at random moments, N times. */
import { parseArgs } from 'node:util';
import { run } from './set-up/run.mjs';
import { runScript } from './set-up/say.mjs';

await runScript(async () => {
  const { values } = parseArgs({
    options: { runs: { type: 'string', default: '200' }, seed: { type: 'string' } },
  });
  const env = {
    KILL_RUNS: values.runs,
    ...(values.seed === undefined ? {} : { KILL_SEED: values.seed }),
  };
  return run(process.execPath, ['scripts/test.mjs', 'tests/integration/random-kill.test.ts'], {
    env,
    output: 'stdout',
  });
});
