import { describe, expect, test } from 'vitest';
import { demandLimits } from '../../../../src/ffmpeg/probe/demand-limits.ts';
import { audioOf, sourceOf } from '../../../helpers/source-of.ts';

const HOUR = 3_600_000;
const long = (hours: number) => sourceOf({}, { durationMs: hours * HOUR });
const wide = (tracks: number) =>
  sourceOf({}, { audio: Array.from({ length: tracks - 1 }, (_, index) => audioOf({ index })) });

describe('promise 7: what is beyond a film is refused, and a flag lifts it', () => {
  test('in length', () => {
    expect(() => demandLimits(long(24), {})).not.toThrow();
    expect(() => demandLimits(long(100), {})).toThrow('film.mp4 says that it is 100 hours long');
    expect(() => demandLimits(long(100), { maxDurationMs: 100 * HOUR })).not.toThrow();
  });

  test('in tracks', () => {
    expect(() => demandLimits(wide(65), {})).not.toThrow();
    expect(() => demandLimits(wide(1_000), {})).toThrow('film.mp4 has 1,000 tracks');
    expect(() => demandLimits(wide(1_000), { maxTracks: 1_000 })).not.toThrow();
  });

  test('the flag that would lift it is named', () => {
    const fixOf = (check: () => void) => {
      try {
        check();
        return '';
      } catch (error) {
        return (error as { fix?: string }).fix;
      }
    };
    expect(fixOf(() => demandLimits(long(99.5), {}))).toMatch(/--max-duration 100h$/);
    expect(fixOf(() => demandLimits(wide(70), {}))).toMatch(/--max-tracks 70$/);
  });
});
