import { defineConfig } from 'vitest/config';

/** `npm run test:scale`: workers that are treated badly, with the settings that are shipped. Takes minutes. */
export default defineConfig({
  test: {
    include: ['tests/scale/**/*.test.ts'],
    globalSetup: ['tests/servers/temp-root.ts', 'tests/servers/global-setup.ts'],
    maxWorkers: 1,
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
  },
});
