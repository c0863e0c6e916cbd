import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFileName } from '../../../src/catalog/parse-file-name.ts';

describe('the convention Title (Year) [ids]', () => {
  test.each([
    ['Đất Rừng Phương Nam (2023).mp4', { title: 'Đất Rừng Phương Nam', year: 2023 }],
    ['Bố Già (2021).mkv'.normalize('NFD'), { title: 'Bố Già', year: 2021 }],
    ['Mắt Biếc [2019].mkv', { title: 'Mắt Biếc', year: 2019 }],
    [
      'Pulp Fiction (1994) [tmdbid-680].mkv',
      { title: 'Pulp Fiction', year: 1994, ids: { tmdb: 680 } },
    ],
    [
      'Pulp Fiction (1994) {imdb-tt0110912}.mkv',
      { title: 'Pulp Fiction', year: 1994, ids: { imdb: 'tt0110912' } },
    ],
    [
      'Pulp Fiction (1994) [tmdbid=680][imdbid-TT0110912].mkv',
      { title: 'Pulp Fiction', year: 1994, ids: { tmdb: 680, imdb: 'tt0110912' } },
    ],
    ["Blade Runner (1982) {edition-Director's Cut}.mkv", { title: 'Blade Runner', year: 1982 }],
    ['Đám cưới (2020-05-17).mov', { title: 'Đám cưới', year: 2020 }],
    ['(2023) Film.mp4', { title: 'Film', year: 2023 }],
    ['Film (2023) - 1080p.mp4', { title: 'Film', year: 2023 }],
    ['[REC] (2007).mkv', { title: '[REC]', year: 2007 }],
    ['Film [Vietsub].mp4', { title: 'Film' }],
    ['Em_Chưa_18_(2017).mp4', { title: 'Em Chưa 18', year: 2017 }],
  ])('%s', (name, parsed) => {
    expect(parseFileName(name)).toStrictEqual(parsed);
  });
});

describe('the name of a release is cut at its technical words', () => {
  test.each([
    [
      'Blade.Runner.2049.2017.1080p.BluRay.x264-GRP.mkv',
      { title: 'Blade Runner 2049', year: 2017 },
    ],
    ['2012.2009.720p.BluRay.x264.mkv', { title: '2012', year: 2009 }],
    ['2012.1080p.x265.mkv', { title: '2012' }],
    ['Apollo.13.1995.2160p.UHD.BluRay.mkv', { title: 'Apollo 13', year: 1995 }],
    ['The Matrix (1999) [1080p] [BluRay] [YTS.MX].mp4', { title: 'The Matrix', year: 1999 }],
    ['Hai_Phuong_2019_1080p_WEB-DL_AAC2.0_H.264.mkv', { title: 'Hai Phuong', year: 2019 }],
    ["Charlotte's Web 1080p.mkv", { title: "Charlotte's Web 1080p" }],
  ])('%s', (name, parsed) => {
    expect(parseFileName(name)).toStrictEqual(parsed);
  });
});

describe('any other name is a title as it stands', () => {
  test.each([
    ['phim-01.mp4', 'phim-01'],
    ['1917.mkv', '1917'],
    ['GX010123.MP4', 'GX010123'],
    ['Mr. 3000.mkv', 'Mr. 3000'],
    ['Film (1080).mp4', 'Film (1080)'],
    ['🦄 và bạn 👨‍👩‍👧.mp4', '🦄 và bạn 👨‍👩‍👧'],
    ['七人の侍.mkv', '七人の侍'],
    ['-rf.mp4', 'rf'],
    ['%d.mp4', '%d'],
    ['a\nb\u001b[31m.mp4', 'a b'],
    ['Film -.mp4', 'Film'],
    ['x264.1080p.mkv', 'x264 1080p'],
    ['[Group].mp4', '[Group]'],
    ['no extension', 'no extension'],
    ['---.mp4', '---'],
  ])('%s', (name, title) => {
    expect(parseFileName(name)).toStrictEqual({ title });
  });

  test('a name with one visible character has a title', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (name) => {
        expect(parseFileName(`${name}x.mp4`).title).not.toBe('');
      }),
    );
  });
});
