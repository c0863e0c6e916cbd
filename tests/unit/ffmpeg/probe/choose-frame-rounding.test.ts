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

test('a film with no common phase is left alone', () => {
  expect(chooseFrameRounding([0, 0.013, 0.02, 0.031, 0.049, 0.07], film).round).toBe('near');
  expect(chooseFrameRounding([], film).round).toBe('near');
});
