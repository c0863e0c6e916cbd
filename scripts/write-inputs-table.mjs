/**
 * Writes the table of docs/inputs.md: adds every film of the corpus that lies beside this clone to a
 * library of its own, and looks at what plays. Takes minutes. `npm run test:corpus` compares.
 */
import { join } from 'node:path';
import { ROOT, run } from './set-up/run.mjs';

const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
process.exitCode = await run(
  process.execPath,
  [vitest, 'run', '--config', 'vitest.corpus.config.ts', ...process.argv.slice(2)],
  { env: { MOVIE_INGEST_WRITE_INPUTS: '1' }, output: 'stdout' },
);
