import { defineConfig } from 'vitest/config';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of `npm run test:scale`. */
    scale: Readonly<{ seed: number; films: number }>;
  }
}

const seed = Number(process.env['SCALE_SEED'] ?? 1);
const films = Number(process.env['SCALE_FILMS'] ?? 50);

/** `npm run test:scale`: a shelf of films over workers that are treated badly. Takes many minutes. */
export default defineConfig({
  test: {
    include: ['tests/scale/**/*.test.ts'],
    provide: { scale: { seed, films } },
    globalSetup: ['tests/servers/temp-root.ts', 'tests/servers/global-setup.ts'],
    maxWorkers: 1,
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
  },
});
