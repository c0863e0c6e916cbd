import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

type Packed = Readonly<{
  size: number;
  unpackedSize: number;
  files: readonly Readonly<{ path: string }>[];
}>;

let packed: Packed = { size: 0, unpackedSize: 0, files: [] };

beforeAll(async () => {
  // What would be published, without building again and without writing anything.
  const args = ['pack', '--dry-run', '--ignore-scripts', '--json'];
  const { stdout } = await execa('npm', args, { cwd: ROOT });
  [packed = packed] = JSON.parse(stdout);
});

const paths = () => packed.files.map(({ path }) => path);

describe('the package that npm would publish', () => {
  test('holds what a user needs', () => {
    expect(paths()).toEqual(
      expect.arrayContaining([
        ...['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE', 'THIRD_PARTY_LICENSES'],
        ...['bin/movie-ingest.cjs', 'dist/main.js', 'dist/help/movie-ingest.txt'],
        ...['dist/help/topics/exit-codes.txt', 'dist/man/movie-ingest.1'],
        ...['dist/preview/page/index.html', 'dist/preview/page/licences.txt'],
        ...['edge/worker.js', 'presets/default.json', 'docs/config.schema.json', 'docs/mongodb.md'],
      ]),
    );
  });

  test('and nothing else: no tests, no sources, no source maps, no pictures', () => {
    const allowed = /^(?:bin|dist|docs|edge|presets)\/|^[A-Z_]+(?:\.md)?$|^package\.json$/;
    expect(paths().filter((path) => !allowed.test(path))).toEqual([]);
    const strange = /\.(?:map|ts|mts|jpg|tgz|mp4|env)$|(?:^|\/)(?:tests?|\.env|\.cache)(?:\/|$)/;
    expect(paths().filter((path) => strange.test(path))).toEqual([]);
  });

  test('is small: below 1.2 MB packed, 4 MB unpacked', () => {
    expect(packed.size).toBeLessThan(1_200_000);
    expect(packed.unpackedSize).toBeLessThan(4_000_000);
  });

  test('has all that package.json leads to', () => {
    const { bin, man } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const named = [...Object.values<string>(bin), ...man].map((path) => path.replace('./', ''));
    for (const path of named) expect(paths()).toContain(path);
  });
});

test('our own package has no script that npm would run, or warn of, when it is installed', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const ofInstall = ['preinstall', 'install', 'postinstall', 'prepare'];
  expect(ofInstall.filter((name) => name in scripts)).toEqual([]);
});

test('no package that users get runs a script when it is installed', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const scripted = Object.entries<Record<string, unknown>>(packages)
    .filter(([, { dev, devOptional, peer }]) => !dev && !devOptional && !peer)
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([path]) => path);
  expect(scripted).toEqual([]);
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const name of ['preinstall', 'install', 'postinstall']) {
    expect(scripts).not.toHaveProperty(name);
  }
});

test('every package that users get has a licence that lets them use it', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const free = /^(?:MIT|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|BlueOak-1\.0\.0)$/;
  const others = Object.entries<Record<string, unknown>>(packages)
    .filter(([path, { dev, devOptional, peer }]) => path !== '' && !dev && !devOptional && !peer)
    .filter(([, { license }]) => !free.test(String(license)))
    .map(([path, { license }]) => `${path}: ${license}`);
  expect(others).toEqual([]);
  expect(existsSync(join(ROOT, 'LICENSE'))).toBe(true);
});
