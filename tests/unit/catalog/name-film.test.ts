import { describe, expect, test } from 'vitest';
import { nameFilm } from '../../../src/catalog/name-film.ts';

const fileName = 'Bố Già (2021) [tmdbid-731].mkv';

describe('a film is named by the first that knows', () => {
  test('the file name, when nobody else does; nothing of it is explicit', () => {
    expect(nameFilm({ flags: {}, fileName })).toStrictEqual({
      editorial: { title: 'Bố Già', year: 2021, ids: { tmdb: 731 }, description: '' },
      explicit: [],
    });
  });

  test("the container's title before the file name, with the file name's year", () => {
    const { editorial, explicit } = nameFilm({
      flags: {},
      containerTitle: ' Dad,\nI am sorry ',
      fileName,
    });
    expect(editorial).toMatchObject({ title: 'Dad, I am sorry', year: 2021 });
    expect(explicit).toStrictEqual([]);
  });

  test('the sidecar before both, and all that it says is explicit', () => {
    const sidecar = { title: 'Dad', year: 2022, genres: ['Drama'] };
    expect(nameFilm({ flags: {}, sidecar, containerTitle: 'Other', fileName })).toStrictEqual({
      editorial: { ...sidecar, ids: { tmdb: 731 }, description: '' },
      explicit: ['title', 'year', 'genres'],
    });
  });

  test('the flags before everything', () => {
    const names = nameFilm({
      flags: { title: 'Mine\u0007', description: '' },
      sidecar: { title: 'Dad', description: 'long' },
      fileName,
    });
    expect(names.editorial).toMatchObject({ title: 'Mine', description: '' });
    expect(names.explicit).toStrictEqual(['title', 'description']);
  });

  test('an empty --title names nothing', () => {
    const names = nameFilm({ flags: { title: ' \u200B' }, fileName: 'phim-01.mp4' });
    expect(names).toStrictEqual({ editorial: { title: 'phim-01', description: '' }, explicit: [] });
  });

  test('a name without a visible character is called Untitled', () => {
    expect(nameFilm({ flags: {}, fileName: '\u200B.mp4' }).editorial.title).toBe('Untitled');
  });
});

describe("the container's title is passed over when no person wrote it", () => {
  test.each([
    'Untitled',
    'untitled 2',
    'video',
    'Track 1',
    'Sequence 01',
    'DVD_VIDEO',
    'VTS_01_1',
    'GX010123',
    '01',
    'x',
    '',
    'Lavf58.29.100',
    'HandBrake 1.3.3 2020061300',
    'Core Media Video',
    'Encoded by DivX',
    'MakeMKV v1.17',
    '/Users/an/Movies/final',
    'C:\\films\\a',
    'file:///a',
    'final.mp4',
    'https://yts.mx',
    'www.rarbg.to',
    'YTS.MX',
    'The.Matrix.1999.1080p.BluRay',
    'The Matrix 1999 1080p BluRay',
    'B\uFFFD Gi\uFFFD',
    'Äáº¥t Rá»«ng',
    '0f8fad5b-d9cb-469f-a165-70867728950e',
    'a'.repeat(201),
  ])('%j', (containerTitle) => {
    expect(nameFilm({ flags: {}, containerTitle, fileName: 'phim-01.mp4' }).editorial.title).toBe(
      'phim-01',
    );
  });

  test.each([
    'Big Buck Bunny, Sunflower version',
    'Đất Rừng Phương Nam',
    '1917',
    'Up',
    'Chapter Two',
    'Face/Off',
    'Main Street',
    'M*A*S*H',
    'Video Nasty',
    'S.W.A.T.',
    'Scene of the Crime',
  ])('but %j is a title', (containerTitle) => {
    expect(nameFilm({ flags: {}, containerTitle, fileName: 'phim-01.mp4' }).editorial.title).toBe(
      containerTitle,
    );
  });
});
