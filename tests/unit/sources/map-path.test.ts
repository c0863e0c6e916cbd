import { describe, expect, it } from 'vitest';
import { mapPath, parsePathRule } from '../../../src/sources/map-path.ts';

describe('a path that another machine named', () => {
  const rules = [
    { from: '/Volumes/films', to: '/mnt/films' },
    { from: '/Volumes/films/new', to: '/srv/new' },
  ];

  it.each([
    ['/Volumes/films/a.mp4', '/mnt/films/a.mp4'],
    ['/Volumes/films/new/b.mp4', '/srv/new/b.mp4'],
    ['/Volumes/films', '/mnt/films'],
    ['/Volumes/filmstrip/a.mp4', '/Volumes/filmstrip/a.mp4'],
    ['/volumes/films/a.mp4', '/volumes/films/a.mp4'],
    ['/elsewhere/a.mp4', '/elsewhere/a.mp4'],
    ['/Volumes/films/Phim Việt = 1.mp4', '/mnt/films/Phim Việt = 1.mp4'],
  ])('%s is here %s', (path, here) => {
    expect(mapPath(path, rules)).toBe(here);
  });

  it.each(['films/a.mp4', '/Volumes/films/../../etc/passwd', '/Volumes/./a', '/a\0b', ''])(
    'leads nowhere when it is %j',
    (path) => {
      expect(mapPath(path, rules)).toBeUndefined();
    },
  );

  it('may be mapped from or to the root', () => {
    expect(mapPath('/a/b.mp4', [{ from: '/', to: '/mnt' }])).toBe('/mnt/a/b.mp4');
    expect(mapPath('/mnt/b.mp4', [{ from: '/mnt', to: '/' }])).toBe('/b.mp4');
  });
});

describe('--path-map', () => {
  it.each([
    ['/Volumes/films=/mnt/films', '/Volumes/films', '/mnt/films'],
    ['/Volumes/films/=/mnt/films//', '/Volumes/films', '/mnt/films'],
    ['/a\\=b=/c=d', '/a=b', '/c=d'],
    ['/=/mnt', '/', '/mnt'],
  ])('%s', (text, from, to) => {
    expect(parsePathRule(text)).toEqual({ from, to });
  });

  it.each(['', '/a', 'a=/b', '/a=b', '/a/../b=/c', '=/b', '/a='])('refuses %j', (text) => {
    expect(() => parsePathRule(text)).toThrowError(
      expect.objectContaining({ exit: 'usage', fix: expect.stringContaining('/mnt/films') }),
    );
  });
});
