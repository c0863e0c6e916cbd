import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameFilm } from '../../../src/catalog/name-film.ts';
import { cleanText } from '../../../src/lib/clean-text.ts';
import { isSlug, makeSlug } from '../../../src/lib/make-slug.ts';
import { keys } from '../../../src/plan/keys.ts';
import { isStoreKey } from '../../../src/preview/store-key.ts';
import { hostileText, isHarmless, RUNS } from '../../helpers/hostile-text.ts';

test('whatever a film is called, its slug is one, and its keys stay below their prefix', () => {
  fc.assert(
    fc.property(hostileText, (name) => {
      const slug = makeSlug(name);
      expect(slug === '' || isSlug(slug)).toBe(true);
      expect(makeSlug(slug)).toBe(slug);
      const film = slug === '' ? 'movie-0123abcd' : slug;
      for (const key of [
        keys.master(film),
        keys.manifest(film, 'r-0123456789'),
        keys.poster(film),
      ]) {
        expect(isStoreKey(key), key).toBe(true);
      }
    }),
    RUNS,
  );
});

test('and its names are plain texts of limited length, never empty, under names of our own', () => {
  const tags = fc.record({ title: hostileText, description: hostileText }, { requiredKeys: [] });
  fc.assert(
    fc.property(tags, hostileText, hostileText, (flags, containerTitle, fileName) => {
      const { editorial } = nameFilm({ flags, containerTitle, fileName });
      const { title, description } = editorial;
      expect(title).not.toBe('');
      expect(title.length).toBeLessThanOrEqual(500);
      expect(description.length).toBeLessThanOrEqual(5_000);
      expect([title, description].filter((it) => !isHarmless(it))).toEqual([]);
      expect(Object.keys(editorial).filter((it) => !/^[a-z_]+$/.test(it))).toEqual([]);
      expect(Object.getPrototypeOf(editorial)).toBe(Object.prototype);
    }),
    RUNS,
  );
});

test('a clean text is harmless, short enough, and stays as it is when it is cleaned again', () => {
  fc.assert(
    fc.property(hostileText, fc.integer({ min: 1, max: 500 }), (text, maxLength) => {
      const clean = cleanText(text, { maxLength });
      expect(isHarmless(clean)).toBe(true);
      expect(clean.length).toBeLessThanOrEqual(maxLength);
      expect(Buffer.from(clean).toString()).toBe(clean); // no half of a pair
      expect(cleanText(clean, { maxLength })).toBe(clean);
    }),
    RUNS,
  );
});
