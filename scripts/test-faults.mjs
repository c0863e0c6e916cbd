/**
 * `npm run test:faults -- --seed S`: every row of the fault matrix, with a table at the end. `--films N`
 * is the length of the soak (F30), `-- FILE …` goes to vitest.
 */
import { parseArgs } from 'node:util';
import { run } from './set-up/run.mjs';
import { runScript } from './set-up/say.mjs';

await runScript(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: 'string', default: '1' }, films: { type: 'string', default: '16' } },
  });
  return run(
    process.execPath,
    [
      'scripts/test.mjs',
      ...['--config', 'vitest.faults.config.ts'],
      '--reporter=./tests/faults/fault-table.ts',
      ...positionals,
    ],
    { env: { FAULT_SEED: values.seed, FAULT_FILMS: values.films }, output: 'stdout' },
  );
});
