import { describe, expect, test } from 'vitest';
import { codecOf } from '../../../src/hls/codecs.ts';
import { measureSegments } from '../../../src/hls/measure-segments.ts';
import { planOf, segmentsOf, shifted } from './film-facts.ts';

describe('durations are measured from time stamps', () => {
  const base = planOf();
  const grid = { frameRate: { num: 24_000, den: 1001 }, gopFrames: 48, segmentFrames: 144 };
  const plan = { ...base, grid, source: { ...base.source, durationMs: 3_600_000 } };
  const film = segmentsOf(plan);
  const durations = (rendition: string) =>
    measureSegments(
      film.filter((item) => item.rendition === rendition).map(({ facts }) => facts),
      grid.frameRate,
    );
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

  test('of pictures: the sum over an hour is the pictures’ own time within a tick', () => {
    const frames = Math.round(3600 * (24_000 / 1001));
    expect(Math.abs(sum(durations('360p')) - (frames * 1001) / 24_000)).toBeLessThan(1 / 90_000);
    expect(durations('360p')[0]).toBeCloseTo(6.006, 6);
  });

  test('of sound: the sum is that of its AAC frames, the last by what is in it', () => {
    const sound = film.filter(({ rendition }) => rendition === 'audio-en');
    const frames = sum(sound.map(({ facts }) => facts.frames));
    expect(sum(durations('audio-en'))).toBeCloseTo((frames * 1024) / 48_000, 9);
  });
});

test('a small gap in the sound belongs to the segment before it: players go by time stamps', () => {
  const sound = segmentsOf(planOf()).filter(({ rendition }) => rendition === 'audio-en');
  const facts = sound.map((item, index) => (index < 2 ? item.facts : shifted(item.facts, 4500)));
  const even = measureSegments(
    sound.map((item) => item.facts),
    { num: 24, den: 1 },
  );
  const gapped = measureSegments(facts, { num: 24, den: 1 });
  expect(gapped.map((seconds, index) => seconds - (even[index] ?? 0))).toEqual([
    0,
    expect.closeTo(0.05, 9),
    0,
    0,
  ]);
});

test('codecs are named from the stream itself', () => {
  const [picture] = segmentsOf(planOf());
  expect(codecOf(picture?.facts ?? never())).toBe('avc1.64000b');
  const sound = segmentsOf(planOf()).find(({ rendition }) => rendition === 'audio-en');
  expect(codecOf(sound?.facts ?? never())).toBe('mp4a.40.2');
});

function never(): never {
  throw new Error('no such segment');
}
