/** `npm run test:scale -- --films N --seed S`: films over workers that are killed, stopped and put to sleep. */
import { parseArgs } from 'node:util';
import { run } from './set-up/run.mjs';
import { runScript, say } from './set-up/say.mjs';

await runScript(async () => {
  const { values, positionals } = parseArgs({
    options: { films: { type: 'string', default: '50' }, seed: { type: 'string' } },
    allowPositionals: true,
  });
  const { films, seed = String(Date.now() % 1_000_000) } = values;
  say(`Seed ${seed}. The same again: npm run test:scale -- --films ${films} --seed ${seed}`);
  const args = ['scripts/test.mjs', '--config', 'vitest.scale.config.ts', ...positionals];
  return run(process.execPath, args, {
    env: { SCALE_FILMS: films, SCALE_SEED: seed },
    output: 'stdout',
  });
});
