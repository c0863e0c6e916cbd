import { defineConfig } from 'vitest/config';

/** `npm run test:corpus`: every film of the corpus, which takes minutes. */
export default defineConfig({
  test: {
    include: ['tests/corpus/**/*.test.ts'],
    globalSetup: ['tests/servers/temp-root.ts'],
    testTimeout: 600_000,
  },
});
