import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSlug, makeSlug } from '../../../src/lib/make-slug.ts';

describe('a slug', () => {
  test.each([
    ['phim-01.mp4', 'phim-01'],
    ['Đất Rừng Phương Nam (2023).mp4', 'dat-rung-phuong-nam-2023'],
    ['ĐƯỜNG LÊN ĐỈNH.MKV', 'duong-len-dinh'],
    ['Em Chưa 18.mov', 'em-chua-18'],
    ['GX010123.MP4', 'gx010123'],
    ['1917.mkv', '1917'],
    ['Mr. 3000', 'mr-3000'],
    ["Ocean's Eleven & Co.avi", 'oceans-eleven-and-co'],
    ['Amélie Übergröße Œuvre ß.mkv', 'amelie-uebergroesse-oeuvre-ss'],
    ['Сталкер (1979).mkv', 'stalker-1979'],
    ['CON', 'con'],
    ['%d.mp4', 'd'],
    ['%2e%2e%2f.mp4', '2e-2e-2f'],
    ['-rf --help.mp4', 'rf-help'],
    ['a\nb\u0000c.mp4', 'a-b-c'],
    ['evil\u202Egpj.mp4', 'evilgpj'],
    ['../../x', 'x'],
    ['..', ''],
    ['.mp4', 'mp4'],
    ['', ''],
    ['七人の侍.mkv', ''],
    ['🎬🎬.mp4', ''],
  ])('of %j is %j', (name, slug) => {
    expect(makeSlug(name)).toBe(slug);
  });

  test('is the same for the NFC and the NFD form of a name', () => {
    const name = 'Đất Rừng Phương Nam – Tiếng Việt.mp4';
    expect(makeSlug(name.normalize('NFD'))).toBe(makeSlug(name.normalize('NFC')));
  });

  test('of a long name is cut at a hyphen, or at 80 characters where there is none', () => {
    expect(makeSlug(`${'word '.repeat(60)}.mp4`)).toBe(Array(16).fill('word').join('-'));
    expect(makeSlug('x'.repeat(300))).toBe('x'.repeat(80));
    expect(makeSlug(`${'a'.repeat(80)} b`)).toBe('a'.repeat(80));
  });

  test('of anything is a slug or empty, and is its own slug', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (name) => {
        const slug = makeSlug(name);
        expect(slug === '' || isSlug(slug)).toBe(true);
        expect(makeSlug(slug)).toBe(slug);
      }),
    );
  });

  test.each(['', '-a', 'a-', 'a--b', 'A', 'a/b', '../a', 'a.b', 'a b', 'đ', 'a\n', 'a'.repeat(81)])(
    '%j is not one',
    (text) => {
      expect(isSlug(text)).toBe(false);
    },
  );
});
