import { defineConfig } from 'vitest/config';

/** `npm run test:long`: what takes minutes, because it must be seen at the end of a long film. */
export default defineConfig({
  test: {
    include: ['tests/long/**/*.test.ts'],
    globalSetup: ['tests/servers/temp-root.ts'],
    testTimeout: 900_000,
  },
});
