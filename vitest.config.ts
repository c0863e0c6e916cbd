import { configDefaults, defineConfig } from 'vitest/config';
import { SLOW_SUITES } from './tests/slow-suites.ts';

const real = {
  globalSetup: ['tests/servers/temp-root.ts', 'tests/servers/global-setup.ts'],
  // Each file starts ffmpeg, which takes all the cores there are.
  maxWorkers: 2,
  // Limits against hanging, not against being slow: two busy cores, other programs beside.
  testTimeout: 600_000,
  hookTimeout: 600_000,
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts'],
          globalSetup: ['tests/servers/temp-root.ts'],
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...real,
          name: 'real',
          include: [
            'tests/{contract,integration,cli,e2e}/**/*.test.ts',
            'tests/faults/{store,catalog}.test.ts', // the short part of test:faults
          ],
          exclude: [...configDefaults.exclude, ...SLOW_SUITES],
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: { ...real, name: 'slow', include: [...SLOW_SUITES], sequence: { groupOrder: 2 } },
      },
    ],
  },
});
