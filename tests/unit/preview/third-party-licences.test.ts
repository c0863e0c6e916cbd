import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';

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

  test('with the whole text of the Apache License', async () => {
    expect(await read('THIRD_PARTY_LICENSES')).toContain('END OF TERMS AND CONDITIONS');
  });
});
