import { describe, expect, test } from 'vitest';
import { previewTarget } from '../../../src/commands/preview-target.ts';
import { IngestError } from '../../../src/errors.ts';

describe('the word after preview', () => {
  test('none is the library', () => {
    expect(previewTarget(undefined)).toEqual({ kind: 'library' });
  });

  test.each(['phim-01', 'phim', 'Phim cũ', '2001'])('"%s" is a film or a folder', (name) => {
    expect(previewTarget(name)).toEqual({ kind: 'name', name });
  });

  test.each(['.', './phim-01', '../x', '/tmp/x', 'a/b', 'a\\b', 'x.m3u8', 'X.M3U8', '~x', ''])(
    '"%s" is a path, but for nothing',
    (word) => {
      expect(previewTarget(word).kind).toBe(word === '' ? 'name' : 'path');
    },
  );

  test.each([
    'https://media.example.com/videos/phim-01/master.m3u8',
    'HTTP://127.0.0.1:8080/x',
    'https://media.example.com/t/k1.1800000000.2.YlCOOv8TE7cUJrFyPIcaBm-pMNDjRER_wcAmUAMMFO0/videos/phim-01/master.m3u8',
  ])('%s is an address', (word) => {
    expect(previewTarget(word)).toEqual({ kind: 'url', url: new URL(word) });
  });

  test.each([
    'file:///etc/passwd',
    'ftp://x/y.m3u8',
    's3://bucket/key',
    'https://',
    'https://user:password@media.example.com/x.m3u8',
  ])('%s is refused as usage, and its password is not told', (word) => {
    const error = (() => {
      try {
        return previewTarget(word);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(IngestError);
    expect(error).toMatchObject({ exit: 'usage' });
    expect(String(error)).not.toContain('password@');
  });
});
