import { posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { storeKey } from '../../../src/preview/store-key.ts';

describe('storeKey', () => {
  test.each([
    ['/videos/phim-01/master.m3u8', 'videos/phim-01/master.m3u8'],
    ['/videos/x/r-0123456789/720p/seg_00001.ts', 'videos/x/r-0123456789/720p/seg_00001.ts'],
    ['/videos/x/r-0123456789-2/manifest.json', 'videos/x/r-0123456789-2/manifest.json'],
    ['/posters/phim%2D01.jpg', 'posters/phim-01.jpg'],
  ])('%s is the key %s', (path, key) => {
    expect(storeKey(path)).toBe(key);
  });

  test.each([
    ['traversal', '/videos/../catalog/x.json'],
    ['encoded traversal', '/videos/%2e%2e/catalog/x.json'],
    ['an encoded slash', '/videos/..%2fcatalog%2fx.json'],
    ['double encoding', '/videos/%252e%252e/catalog/x.json'],
    ['a letter that is encoded twice', '/videos/%2561/x.ts'],
    ['a backslash', '/videos/..\\catalog\\x.json'],
    ['an encoded backslash', '/videos/..%5ccatalog/x.json'],
    ['NUL', '/videos/x%00/master.m3u8'],
    ['a single dot', '/videos/./x/master.m3u8'],
    ['an empty part', '/videos//x/master.m3u8'],
    ['a dotfile', '/videos/x/.seg.ts'],
    ['a hidden folder', '/videos/.git/x.json'],
    ['another root', '/catalog/x.json'],
    ['the root itself', '/videos'],
    ['a folder', '/videos/x/'],
    ['a kind of file that we do not store', '/videos/x/notes.html'],
    ['capitals', '/videos/X/master.m3u8'],
    ['no UTF-8', '/videos/%ff/master.m3u8'],
    ['broken encoding', '/videos/%e/master.m3u8'],
    ['an absolute URL', 'http://127.0.0.1:4680/videos/x/master.m3u8'],
    ['a relative path', 'videos/x/master.m3u8'],
  ])('%s is no key', (_what, path) => {
    expect(storeKey(path)).toBeUndefined();
  });

  test('no path whatever names something outside videos and posters', () => {
    const part = fc.constantFrom('..', '.', '', 'videos', 'posters', '%2e', '%2f', '%5c', 'x.ts');
    const path = fc.array(part).map((parts) => `/videos/${parts.join('/')}`);
    fc.assert(
      fc.property(fc.oneof(path, fc.webPath(), fc.string()), (any) => {
        const key = storeKey(any) ?? 'videos/x.ts';
        expect(posix.normalize(key)).toBe(key);
        expect(key).toMatch(/^(videos|posters)\/[a-z0-9]/);
      }),
    );
  });
});
