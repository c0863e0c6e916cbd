import { posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainFolder } from '../../../src/preview/served-folder.ts';

const { keyOf } = plainFolder('/films');

describe('a plain folder', () => {
  test.each([
    ['/files/master.m3u8', 'master.m3u8'],
    ['/files/My%20Film/Master.M3U8', 'My Film/Master.M3U8'],
    ['/files/phim/%C4%90o%E1%BA%A1n%201.ts', 'phim/Đoạn 1.ts'],
    ['/files/a%2525/init.mp4', 'a%25/init.mp4'],
    ['/files/enc.key', 'enc.key'],
  ])('%s is %s', (path, key) => {
    expect(keyOf(path)).toBe(key);
  });

  test.each([
    '/files/../x.ts',
    '/files/%2e%2e/x.ts',
    '/files/a%2f..%2f..%2fx.ts',
    '/files/a/%2E%2E/%2e%2e/x.ts',
    '/files/..%5cx.ts',
    '/files//etc/x.ts',
    '/files/.hidden/x.ts',
    '/files/x.ts%00.m3u8',
    '/files/x%0a.ts',
    '/files/%ff.ts',
    '/files/letter.txt',
    '/files/page.html',
    '/files/code.js',
    '/files/picture.svg',
    '/files/id_rsa',
    '/files/.ts',
    '/files/',
  ])('%s is nothing that may be seen', (path) => {
    expect(keyOf(path)).toBeUndefined();
  });

  test('no path whatever leads out of it', () => {
    const part = fc.constantFrom('..', '.', '', '%2e%2e', '%2f', '%5c', '%252e', 'a', 'x.ts');
    const path = fc.array(part).map((parts) => `/files/${parts.join('/')}`);
    fc.assert(
      fc.property(fc.oneof(path, fc.webPath(), fc.string()), (any) => {
        const key = keyOf(any.startsWith('/files/') ? any : `/files/${any}`) ?? 'x.ts';
        expect(posix.normalize(key)).toBe(key);
        expect(posix.join('/films', key).startsWith('/films/')).toBe(true);
        expect(key.split('/').some((one) => one.startsWith('.'))).toBe(false);
      }),
    );
  });
});
