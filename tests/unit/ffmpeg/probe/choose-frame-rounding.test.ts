import { expect, test } from 'vitest';
import { chooseFrameRounding } from '../../../../src/ffmpeg/probe/choose-frame-rounding.ts';

const film = { num: 24, den: 1 };
const stamps = (offset: number, toMilliseconds = false) =>
  Array.from({ length: 200 }, (_, frame) => {
    const seconds = frame / 24 + offset;
    return toMilliseconds ? Math.round(seconds * 1000) / 1000 : seconds;
  });

test('pictures on the grid are rounded to the nearest, also with time stamps in milliseconds', () => {
  expect(chooseFrameRounding(stamps(0), film).round).toBe('near');
  expect(chooseFrameRounding(stamps(0, true), film).round).toBe('near');
  expect(chooseFrameRounding(stamps(-0.001), film).round).toBe('near');
});

test('pictures half a picture off the grid, as ffmpeg writes Matroska, are rounded down', () => {
  expect(chooseFrameRounding(stamps(0.021, true), film).round).toBe('down');
});

test('says how much earlier the pictures come then, for the sound to be moved along', () => {
  const offset = (seconds: number) =>
    Math.round(chooseFrameRounding(stamps(seconds), film).offsetSeconds * 1000) + 0;
  expect([0, 0.005, 0.021, 0.03, 0.04].map(offset)).toEqual([0, 5, 21, 30, -2]);
});

test('of 120 pictures a second every other is taken, wherever they begin', () => {
  const sixty = { num: 60, den: 1 };
  for (const start of [0, 0.004, 0.0083, 0.021, 0.5]) {
    const pts = Array.from({ length: 160 }, (_, n) => Math.round((n / 120 + start) * 1000) / 1000);
    const { round, offsetSeconds, delaySeconds = 0 } = chooseFrameRounding(pts, sixty, 2);
    expect(round).toBe('near');
    // The `fps` filter's places, which each take the last picture that comes to them.
    const places = pts.map((seconds) => Math.round((seconds + delaySeconds) * 60));
    const taken = pts.flatMap((_, n) => (places[n] === places[n + 1] ? [] : [n]));
    expect(taken.slice(0, 70)).toEqual(Array.from({ length: 70 }, (_, n) => 2 * n));
    // A picture comes as much earlier as is said.
    const [first = 0] = taken;
    expect((places[first] ?? 0) / 60 + offsetSeconds).toBeCloseTo(pts[first] ?? 0, 2);
  }
});

test('a film with no common phase is left alone', () => {
  expect(chooseFrameRounding([0, 0.013, 0.02, 0.031, 0.049, 0.07], film).round).toBe('near');
  expect(chooseFrameRounding([], film).round).toBe('near');
});
