import { describe, expect, test } from 'vitest';
import { damagedFilm, fewRanges, tellRanges } from '../../../src/ingest/tell-damage.ts';
import { type BadRange, badMs } from '../../../src/model/damage.ts';
import { sourceOf } from '../../helpers/source-of.ts';

const range = (kind: BadRange['kind'], startMs: number, endMs: number): BadRange => ({
  kind,
  startMs,
  endMs,
});

test('what is bad twice over counts once', () => {
  const ranges = [range('sound', 5_000, 8_000), range('picture', 1_000, 6_000)];
  expect(badMs([...ranges, range('missing', 20_000, 21_000)])).toBe(8_000);
  expect(badMs([])).toBe(0);
});

test('the minutes are named to the second, and never as nothing', () => {
  const ranges = [range('picture', 12_900, 13_100), range('missing', 3_600_000, 3_660_500)];
  expect(tellRanges(ranges)).toBe(
    '0:12–0:14 the picture is broken, 1:00:00–1:01:01 nothing is there',
  );
});

test('of many places the first five are told', () => {
  const ranges = Array.from({ length: 8 }, (_, at) => range('sound', at * 9_000, at * 9_000 + 500));
  expect(tellRanges(ranges)).toMatch(/0:36–0:37 the sound is broken, and 3 more$/);
});

describe('however many places are bad', () => {
  test('at most a hundred are kept, and they cover all', () => {
    const ranges = Array.from({ length: 5_000 }, (_, at) =>
      range(at % 2 === 0 ? 'picture' : 'sound', at * 5_000, at * 5_000 + 1),
    );
    const few = fewRanges(ranges);
    expect(few.length).toBeLessThanOrEqual(100);
    expect(few.at(0)?.startMs).toBe(0);
    expect(few.at(-1)?.endMs).toBe(4_999 * 5_000 + 1);
  });

  test('few are kept as they are, in order', () => {
    const ranges = [range('sound', 9_000, 9_100), range('picture', 1_000, 2_000)];
    expect(fewRanges(ranges)).toEqual(ranges.toReversed());
  });
});

test('the refusal says how much, where, and what to do', () => {
  const error = damagedFilm(sourceOf({}, { durationMs: 3_130_000 }), [
    range('missing', 1_900_000, 3_130_000),
  ]);
  expect({ exit: error.exit, what: error.message, why: error.why, fix: error.fix }).toEqual({
    exit: 'film',
    what: 'film.mp4 is damaged: 20:30 of its 52:10 are bad',
    why: '31:40–52:10 nothing is there.',
    fix: 'Get a whole copy and run the same command again. To publish it as it is: --allow-damaged',
  });
});

test('where no picture can be decoded the decoder may be at fault, and is named', () => {
  const source = sourceOf({ codec: 'av1' }, { durationMs: 60_000 });
  const error = damagedFilm(source, [range('picture', 0, 60_000)]);
  expect(error).toMatchObject({
    exit: 'film',
    message: 'no picture of film.mp4 can be decoded (av1)',
    why: expect.stringContaining('This ffmpeg cannot decode the codec'),
  });
});
