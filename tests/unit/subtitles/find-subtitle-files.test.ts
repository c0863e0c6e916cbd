import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findSubtitleFiles } from '../../../src/subtitles/find-subtitle-files.ts';
import { parseMarks } from '../../../src/subtitles/parse-marks.ts';
import { parseSubtitleFlag } from '../../../src/subtitles/parse-subtitle-flag.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';

const NONE = { isForced: false, isSdh: false, isDefault: false };

describe('the words in a name', () => {
  test.each([
    ['', { ...NONE, language: 'und' }],
    ['vi', { ...NONE, language: 'vi' }],
    ['vie', { ...NONE, language: 'vi' }],
    ['pt-BR', { ...NONE, language: 'pt-BR' }],
    ['en_US', { ...NONE, language: 'en-US' }],
    ['zh-Hant', { ...NONE, language: 'zh-Hant' }],
    ['en.forced', { ...NONE, language: 'en', isForced: true }],
    ['forced.en', { ...NONE, language: 'en', isForced: true }],
    ['EN.SDH', { ...NONE, language: 'en', isSdh: true }],
    ['en.cc.default', { ...NONE, language: 'en', isSdh: true, isDefault: true }],
    ['hi', { ...NONE, language: 'hi' }],
    ['en.hi', { ...NONE, language: 'en', isSdh: true }],
    ['Vietnamese', { ...NONE, language: 'vi' }],
    ['Tiếng Việt', { ...NONE, language: 'vi' }],
    ['tieng viet', { ...NONE, language: 'vi' }],
    ['[English]_[SDH]', { ...NONE, language: 'en', isSdh: true }],
    ["en.Director's notes", { ...NONE, language: 'en', title: "Director's notes" }],
    ['1080p', { ...NONE, language: 'und', title: '1080p' }],
    ['\u001b[31m\u202e', { ...NONE, language: 'und', title: '31m' }],
  ])('%j says %j', (words, marks) => {
    expect(parseMarks(words)).toStrictEqual(marks);
  });
});

test('a film has the files that begin with its name; of two films the longer name has them', async () => {
  const dir = makeTempDir('subtitles');
  for (const name of [
    ...['film.mp4', 'film.2.mkv', 'film.srt', 'film.vi.SRT', 'film.en.forced.ass', 'film.2.vi.vtt'],
    ...['filmed.vi.srt', 'film.idx', 'film.en.sup', 'film.txt', '.film.vi.srt', 'other.srt'],
  ]) {
    writeFileSync(join(dir, name), '');
  }
  const first = await findSubtitleFiles(join(dir, 'film.mp4'));
  expect(first.files.map(({ path }) => basename(path))).toStrictEqual([
    ...['film.en.forced.ass', 'film.srt', 'film.vi.SRT'],
  ]);
  expect(first.pictures).toStrictEqual(['film.en.sup', 'film.idx']);
  const second = await findSubtitleFiles(join(dir, 'film.2.mkv'));
  expect(second.files).toStrictEqual([
    { path: join(dir, 'film.2.vi.vtt'), marks: { ...NONE, language: 'vi' } },
  ]);
});

test('capitals are no obstacle, but where two films differ in nothing else', async () => {
  const dir = makeTempDir('subtitles');
  for (const name of ['Film.mp4', 'FILM.VI.SRT', 'film.en.srt']) writeFileSync(join(dir, name), '');
  const names = async (film: string) =>
    (await findSubtitleFiles(join(dir, film))).files.map(({ path }) => basename(path));
  expect(await names('Film.mp4')).toStrictEqual(['FILM.VI.SRT', 'film.en.srt']);
  writeFileSync(join(dir, 'film.mkv'), '');
  expect(await names('film.mkv')).toContain('film.en.srt');
  expect(await names('Film.mp4')).not.toContain('film.en.srt');
});

test('kinds that are not read are found, to be named; the pictures of VobSub once', async () => {
  const dir = makeTempDir('subtitles');
  for (const name of ['a.mp4', 'a.en.sub', 'a.en.idx', 'a.vi.sub', 'a.smi', 'a.ttml']) {
    writeFileSync(join(dir, name), '');
  }
  const { files, pictures } = await findSubtitleFiles(join(dir, 'a.mp4'));
  expect(files.map(({ path }) => basename(path))).toStrictEqual(['a.smi', 'a.ttml', 'a.vi.sub']);
  expect(pictures).toStrictEqual(['a.en.idx']);
});

describe('--subtitle', () => {
  test('names a language and a file', () => {
    expect(parseSubtitleFlag('vi=/a/b=c.srt')).toStrictEqual({
      path: '/a/b=c.srt',
      marks: { ...NONE, language: 'vi' },
    });
    expect(parseSubtitleFlag('en.sdh=/x.vtt').marks).toStrictEqual({
      ...{ ...NONE, language: 'en', isSdh: true },
    });
  });

  test('may be a file alone, whose name tells the language', () => {
    expect(parseSubtitleFlag('/films/A=B/film.vie.forced.srt')).toStrictEqual({
      path: '/films/A=B/film.vie.forced.srt',
      marks: { ...NONE, language: 'vi', isForced: true },
    });
    expect(parseSubtitleFlag('/x/film.srt').marks.language).toBe('und');
  });

  test.each(['xyzzy=film.srt', 'vi=', '=film.srt'])('%s is refused', (value) => {
    expect(() => parseSubtitleFlag(value)).toThrow(
      expect.objectContaining({ exit: 'usage', fix: expect.stringContaining('--subtitle vi=') }),
    );
  });
});
