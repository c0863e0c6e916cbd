/**
 * Suites that `npm test` has no time for (10 minutes on two cores): `npm run test:slow` runs them, and CI
 * runs both. What the command does on its main way stays in `npm test`.
 */
export const SLOW_SUITES: readonly string[] = [
  ...[
    'fmp4-plays',
    'kinds-play',
    'newcomer-at-cloudflare',
    'nextjs-plays',
    'preview-plays',
    'resumed-plays',
  ].map((name) => `tests/e2e/${name}`),
  ...[
    'copy-what-fits',
    'films-in-a-bucket',
    'fleet',
    'fmp4-package',
    'geometry',
    'lost-lock',
    'poster',
    'random-kill',
    'resume-seams',
    'secrets-stay',
    'sound-alone',
    'sound-channels',
    'spring-boot',
    'storyboard',
    'zombie-changes-nothing',
  ].map((name) => `tests/integration/${name}`),
  ...[
    'add-damaged',
    'add-falls-back',
    'add-full-disk',
    'add-names',
    'add-subtitles',
    'add-worlds',
    'init-terminal',
    'library',
    'queue-faults',
    'queue-workers',
    'package-installs',
    'recipes',
    'report-quality',
    'settings',
    'watch',
  ].map((name) => `tests/cli/${name}`),
].map((path) => `${path}.test.ts`);
