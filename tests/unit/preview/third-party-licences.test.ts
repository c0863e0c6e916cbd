import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { describe, expect, test } from 'vitest';
import { buildPreview } from '../../../scripts/build-preview.mjs';
import { makeTempDir } from '../../helpers/temp-dir.ts';

const read = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');

describe('the notices name what the page holds, in its version', () => {
  test.each([
    'hls.js',
    'media-chrome',
    'hls-video-element',
    'custom-media-element',
    'media-tracks',
  ])('%s', async (name) => {
    const { version } = JSON.parse(await read(`node_modules/${name}/package.json`));
    expect(await read('THIRD_PARTY_LICENSES')).toContain(`${name} ${version} (`);
  });

  test.each(['hls.js', 'media-chrome'])('%s, with its own words', async (name) => {
    expect(await read('THIRD_PARTY_LICENSES')).toContain(
      await read(`node_modules/${name}/LICENSE`),
    );
  });

  test('what hls.js brings along in its own file: packages, and sources with a copyright of others', async () => {
    const notices = await read('THIRD_PARTY_LICENSES');
    const dir = fileURLToPath(new URL('../../../node_modules/hls.js/', import.meta.url));
    const { devDependencies } = JSON.parse(await read('node_modules/hls.js/package.json'));
    const paths = globSync('src/**/*.ts', { cwd: dir });
    const sources = await Promise.all(paths.map((path) => readFile(join(dir, path), 'utf8')));
    const imports = sources.flatMap((text) => [
      ...text.matchAll(/^import (?!type)[^;]*? from '([^.'][^']*)'/gm),
    ]);
    const packages = [...new Set(imports.map(([, name = '']) => name))].filter(
      (name) => name in devDependencies,
    );
    expect(packages).toEqual(expect.arrayContaining(['eventemitter3', 'url-toolkit']));
    for (const name of packages) expect(notices).toContain(`${name} ${devDependencies[name]} (`);
    const copyrights = sources.flatMap(
      (text) => text.match(/Copyright (?:\(c\) )?\d{4}.*$/gim) ?? [],
    );
    expect(copyrights.length).toBeGreaterThan(2);
    for (const line of copyrights) expect(notices).toContain(line.trim());
  });

  test('with the whole text of the Apache License', async () => {
    expect(await read('THIRD_PARTY_LICENSES')).toContain('END OF TERMS AND CONDITIONS');
  });

  test('a library that is bundled and not named stops the build', async () => {
    const dir = makeTempDir('notices');
    const noticesFile = join(dir, 'THIRD_PARTY_LICENSES');
    const notices = await read('THIRD_PARTY_LICENSES');
    await writeFile(noticesFile, notices.replace(/^media-tracks .*$/m, ''));
    await expect(buildPreview(dir, { noticesFile })).rejects.toThrow(
      /the page holds media-tracks .*, which THIRD_PARTY_LICENSES does not name/,
    );
  });
});
