import { describe, expect, it } from 'vitest';
import { isFilmAddress, parseFilmAddress } from '../../../src/sources/film-address.ts';

describe('the address of a film in a bucket', () => {
  it('is a bucket and a key, taken letter by letter', () => {
    expect(parseFilmAddress('s3://my-films/new/Phim 01 %20?.MP4')).toEqual({
      bucket: 'my-films',
      key: 'new/Phim 01 %20?.MP4',
      fileName: 'Phim 01 %20?.MP4',
    });
  });

  it.each([
    ['s3://films/../../etc/passwd', 'passwd'],
    ['s3://films/a/..', 'film'],
    ['s3://films/.mp4', 'film.mp4'],
    ['s3://films/a\u001b[31m\nb.mp4', 'a b.mp4'],
    [`s3://films/${'ệ'.repeat(300)}.mkv`, `${'ệ'.repeat(66)}.mkv`],
  ])('%j is downloaded as %j', (text, fileName) => {
    expect(parseFilmAddress(text).fileName).toBe(fileName);
  });

  it.each([
    's3://',
    's3://films',
    's3://films/',
    's3://films/new/',
    's3:///film.mp4',
    's3://FILMS/a.mp4',
    's3://f/a.mp4',
    's3://films/a\0.mp4',
    `s3://films/${'a'.repeat(1_025)}`,
  ])('refuses %j', (text) => {
    expect(isFilmAddress(text)).toBe(true);
    expect(() => parseFilmAddress(text)).toThrowError(expect.objectContaining({ exit: 'usage' }));
  });

  it('is nothing that a file may be called by accident', () => {
    expect(isFilmAddress('s3/film.mp4')).toBe(false);
    expect(isFilmAddress('/films/s3://film.mp4')).toBe(false);
  });
});
