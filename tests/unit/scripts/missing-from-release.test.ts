import { describe, expect, test } from 'vitest';
import {
  missingFromRelease,
  type ReleaseState,
} from '../../../scripts/release/missing-from-release.mjs';

const READY: ReleaseState = {
  version: '1.2.0',
  package: {
    version: '1.2.0',
    man: ['./dist/man/movie-ingest.1', './dist/man/movie-ingest-locks.7'],
    repository: 'github:example/movie-ingest',
  },
  lock: { version: '1.2.0', packages: { '': { version: '1.2.0' }, 'node_modules/a': {} } },
  changelog: '# Changes\n\n## [Unreleased]\n\n## [1.2.0] - 2026-12-01\n\n### Added\n- A thing.\n',
  status: '',
  branch: 'main',
  tags: ['v1.1.0', ''],
  topics: ['locks.md', 'architecture.md'],
};

describe('what keeps a clone from being released', () => {
  test('nothing, where all is as it should be', () => {
    expect(missingFromRelease(READY)).toEqual([]);
  });

  const { package: own, lock } = READY;
  const scripted = { dev: false, hasInstallScript: true };
  test.each<[string, Partial<ReleaseState>, RegExp]>([
    ['no version named', { version: undefined }, /not named/],
    ['another version', { version: '1.3.0' }, /says 1\.2\.0, not 1\.3\.0/],
    ['a lock of another', { lock: { ...lock, version: '1.1.0' } }, /package-lock\.json is not of/],
    ['no section', { changelog: '## [Unreleased]\n- A thing.\n' }, /no dated section/],
    [
      'a section without lines',
      { changelog: '## [1.2.0] - 2026-12-01\n\n## [1.1.0] - 2026-01-01\n- x' },
      /no dated/,
    ],
    ['a section without a date', { changelog: '## [1.2.0]\n- A thing.\n' }, /no dated section/],
    ['changes', { status: ' M src/cli.ts' }, /not committed/],
    ['another branch', { branch: 'front' }, /this is front, not main/],
    ['a tag', { tags: ['v1.2.0'] }, /tag of another commit/],
    ['no repository', { package: { version: own.version, man: own.man } }, /no "repository"/],
    ['a page without a man page', { topics: ['locks.md', 'queue.md'] }, /movie-ingest-queue\.7/],
    [
      'an install script',
      { lock: { ...lock, packages: { ...lock.packages, 'node_modules/b': scripted } } },
      /node_modules\/b has an install script/,
    ],
  ])('%s', (_what, part, words) => {
    expect(missingFromRelease({ ...READY, ...part })).toEqual([expect.stringMatching(words)]);
  });

  test('install scripts of what only developers get are nobody else’s', () => {
    const packages = { ...lock.packages, 'node_modules/c': { dev: true, hasInstallScript: true } };
    expect(missingFromRelease({ ...READY, lock: { ...lock, packages } })).toEqual([]);
  });
});
