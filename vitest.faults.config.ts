import { defineConfig } from 'vitest/config';
import { FAULT_ROWS } from './tests/faults/rows.ts';

const seed = Number(process.env['FAULT_SEED'] ?? 1);
const files = new Set(FAULT_ROWS.flatMap(({ suites }) => suites.map(([file]) => file)));

/** `npm run test:faults`: every row of the fault matrix, with a table at the end. */
export default defineConfig({
  test: {
    include: [...files],
    provide: { faults: { seed } },
    globalSetup: ['tests/servers/temp-root.ts', 'tests/servers/global-setup.ts'],
    maxWorkers: 2,
    // Against hanging alone: beside other programs a row takes ten times as long (F10 over 600 s, the
    // names of F23 over 300 s at a load of 22).
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
  },
});
