import { describe, expect, test } from 'vitest';
import { type GreyPicture, scorePicture } from '../../../../src/ffmpeg/stills/score-picture.ts';

const WIDTH = 160;
const HEIGHT = 90;

function picture(tone: (x: number, y: number) => number): GreyPicture {
  const pixels = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, at) =>
    tone(at % WIDTH, Math.floor(at / WIDTH)),
  );
  return { width: WIDTH, height: HEIGHT, pixels };
}

/** Waves of many tones with edges: as a sharp photograph has. */
const sharp = picture((x, y) => 120 + 70 * Math.sin(x / 9) + (((x >> 2) + (y >> 2)) % 2) * 40);
const soft = picture((x, y) => 120 + 70 * Math.sin(x / 9) + 20 * Math.sin(y / 20));
const black = picture(() => 8);
const credits = picture((x, y) => (y % 12 === 0 && x % 3 === 0 ? 235 : 2));
const white = picture(() => 255);
const score = (it: GreyPicture) => scorePicture(it, it);

describe('which picture would do as a poster', () => {
  test('black, white and one colour are worth nothing', () => {
    expect(score(black)).toBe(0);
    expect(score(white)).toBe(0);
    expect(score(picture(() => 120))).toBe(0);
  });

  test('a sharp picture beats a soft one, both beat credits', () => {
    expect(score(sharp)).toBeGreaterThan(score(soft));
    expect(score(soft)).toBeGreaterThan(score(credits));
    expect(score(sharp)).toBeGreaterThan(0.2);
  });

  test('a dark one is worth less than the same in daylight', () => {
    const dark = picture((x, y) => (sharp.pixels[y * WIDTH + x] ?? 0) / 5);
    expect(score(dark)).toBeLessThan(score(sharp) / 2);
  });

  test('one that changes in the next moment is worth less than one that stays', () => {
    const mixed = picture((x, y) => ((sharp.pixels[y * WIDTH + x] ?? 0) + 30) / 1.5);
    expect(scorePicture(sharp, mixed)).toBeLessThan(score(sharp) * 0.7);
  });

  test('a blend of two pictures is worth less than either', () => {
    const other = picture((x, y) => 120 + 70 * Math.cos(y / 7) + ((x >> 3) % 2) * 40);
    const blend = picture((x, y) => {
      const at = y * WIDTH + x;
      return ((sharp.pixels[at] ?? 0) + (other.pixels[at] ?? 0)) / 2;
    });
    expect(score(blend)).toBeLessThan(Math.max(score(sharp), score(other)));
  });

  test('alone, without a later one, it counts between calm and restless', () => {
    expect(scorePicture(sharp)).toBeCloseTo(score(sharp) / 2);
  });
});
