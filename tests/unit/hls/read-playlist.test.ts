import { describe, expect, test, vi } from 'vitest';
import { IngestError } from '../../../src/errors.ts';
import { gate } from '../../../src/hls/gate.ts';
import { listReferences, readRevision } from '../../../src/hls/read-playlist.ts';
import { planOf, segmentsOf } from './film-facts.ts';

const plan = planOf();
const film = gate({ plan, segments: segmentsOf(plan), revision: 'r-0123456789-2' });
const textOf = (path: string) => film.playlists.find((text) => text.path === path)?.text ?? '';

describe('listReferences', () => {
  test('names all playlists of a master, once each', () => {
    expect([...listReferences(film.master)].sort()).toEqual(
      film.playlists.map(({ path }) => `r-0123456789-2/${path}`).sort(),
    );
  });

  test('names all segments of a playlist, of ranges once each', () => {
    const files = ['seg_00000.ts', 'seg_00001.ts', 'seg_00002.ts', 'seg_00003.ts'];
    expect(listReferences(textOf('360p/index.m3u8'))).toEqual(files);
    expect(listReferences(textOf('360p/iframe.m3u8'))).toEqual(files);
  });

  test.each([
    '',
    'not a playlist',
    '#EXTM3U',
    textOf('360p/index.m3u8').replace('#EXT-X-ENDLIST', ''),
    '<html>404</html>',
    '#EXTM3U\n#EXT-X-STREAM-INF:X\n\n',
  ])('refuses %j, and prints nothing', (text) => {
    const printed = vi.spyOn(console, 'error');
    expect(() => listReferences(text)).toThrow(IngestError);
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });
});

describe('readRevision', () => {
  test('is the folder that a master points at', () => {
    expect(readRevision(film.master)).toBe('r-0123456789-2');
  });

  test.each([
    ['a media playlist', textOf('360p/index.m3u8')],
    ['an empty text', ''],
    ['a page of a proxy', '<html>'],
    ['a master of somebody else', film.master.replaceAll('r-0123456789-2/', '')],
    ['a master that leads out', film.master.replaceAll('r-0123456789-2/', '../')],
    ['a master of two revisions', film.master.replace('r-0123456789-2/720p', 'r-9999999999/720p')],
  ])('is undefined for %s', (_, text) => {
    expect(readRevision(text)).toBeUndefined();
  });
});
