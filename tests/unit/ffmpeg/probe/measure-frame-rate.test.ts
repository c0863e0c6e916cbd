import { expect, test } from 'vitest';
import { chooseFrameRate } from '../../../../src/ffmpeg/probe/choose-frame-rate.ts';
import { measureFrameRate } from '../../../../src/ffmpeg/probe/measure-frame-rate.ts';

/** Shown places of pictures in the order in which they are decoded: each anchor, then what lies before it. */
function codingOrder(count: number, held: number): number[] {
  const order = [0];
  for (let anchor = held + 1; order.length < count; anchor += held + 1) {
    order.push(anchor, ...Array.from({ length: held }, (_, b) => anchor - held + b));
  }
  return order.slice(0, count);
}

const RATES = [
  [24_000, 1001],
  [24, 1],
  [25, 1],
  [30_000, 1001],
  [30, 1],
  [50, 1],
  [60_000, 1001],
  [60, 1],
] as const;

test.each(RATES)(
  '%i/%i stays, however many pictures are held back where the reading ends',
  (num, den) => {
    const rate = { num, den };
    for (const held of [0, 1, 2, 3, 4, 7, 15]) {
      // Where in a group of them the reading ends is chance.
      for (let first = 0; first <= held; first += 1) {
        const places = codingOrder(200 - first, held);
        const seconds = places.map((place) => (place * den) / num);
        const measured = measureFrameRate(seconds);
        expect(
          chooseFrameRate({ average: rate, base: rate, measured, durationSeconds: 6000 }),
        ).toEqual({ rate, sourceFps: num / den, isVariable: false });
      }
    }
  },
);

test('a single gap says nothing of the rate: the first picture of an AVI, one that was dropped', () => {
  const seconds = [0, ...Array.from({ length: 120 }, (_, place) => 0.16 + place / 25)];
  const measured = measureFrameRate(seconds);
  expect(measured?.isEven).toBe(true);
  expect(measured?.fps).toBeCloseTo(25, 6);
});

test('a film of few pictures is measured whole, and one of hardly any not at all', () => {
  const seconds = Array.from({ length: 13 }, (_, place) => place / 24);
  expect(measureFrameRate(seconds)?.fps).toBeCloseTo(24, 6);
  expect(measureFrameRate(seconds.slice(0, 11))).toBeUndefined();
});
