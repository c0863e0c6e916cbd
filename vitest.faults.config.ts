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
    testTimeout: 600_000,
    hookTimeout: 300_000,
  },
});
