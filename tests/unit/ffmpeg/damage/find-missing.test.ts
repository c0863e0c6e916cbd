import { describe, expect, test } from 'vitest';
import { findMissing } from '../../../../src/ffmpeg/damage/find-missing.ts';
import type { TrackSurvey } from '../../../../src/ffmpeg/damage/packet-survey.ts';
import { audioOf, sourceOf } from '../../../helpers/source-of.ts';

const MINUTE = 60_000;

const track = (...gaps: readonly (readonly [number, number])[]): TrackSurvey => ({
  packets: 1_000,
  startMs: 0,
  endMs: MINUTE,
  gaps: gaps.map(([startMs, endMs]) => ({ startMs, endMs })),
});

const film = sourceOf({}, { durationMs: MINUTE });

describe('a hole is where picture and sound rest together', () => {
  test.each([
    ['both rest', [10_000, 12_000], [9_500, 11_900], [10_000, 11_900]],
    ['the picture alone: a screen on which nothing moves', [10_000, 30_000], undefined, undefined],
    ['the sound alone: nobody speaks', undefined, [10_000, 30_000], undefined],
    ['for less than half a second: a frame or two', [10_000, 10_400], [9_000, 11_000], undefined],
  ] as const)('%s', (_what, picture, sound, hole) => {
    const found = findMissing(film, {
      picture: track(...(picture === undefined ? [] : [picture])),
      audio: [track(...(sound === undefined ? [] : [sound]))],
      isBroken: false,
      isCutOff: false,
    });
    expect(found).toEqual(
      hole === undefined ? [] : [{ kind: 'missing', startMs: hole[0], endMs: hole[1] }],
    );
  });

  test('every sound track counts, and one that has ended rests', () => {
    const source = { ...film, audio: [audioOf(), audioOf({ index: 2 })] };
    const short = { ...track(), endMs: 20_000 };
    const picture = track([10_000, 12_000], [30_000, 32_000]);
    const audio = [track([10_000, 12_000], [30_000, 32_000]), short];
    expect(findMissing(source, { picture, audio, isBroken: false, isCutOff: false })).toEqual([
      { kind: 'missing', startMs: 30_000, endMs: 32_000 },
    ]);
  });

  test('a film without sound may rest', () => {
    const silent = { ...film, audio: [] };
    const picture = track([10_000, 30_000]);
    expect(findMissing(silent, { picture, audio: [], isBroken: false, isCutOff: false })).toEqual(
      [],
    );
    expect(findMissing(silent, { picture, audio: [], isBroken: true, isCutOff: false })).toEqual([
      { kind: 'picture', startMs: 10_000, endMs: 30_000 },
    ]);
  });
});

describe('the end', () => {
  test.each([
    ['where the header says', 59_600, []],
    ['before', 40_000, [{ kind: 'missing', startMs: 40_000, endMs: MINUTE }]],
    ['after', 90_000, [{ kind: 'beyond', startMs: MINUTE, endMs: 90_000 }]],
  ])('%s', (_what, endMs, found) => {
    const survey = {
      picture: { ...track(), endMs },
      audio: [track()],
      isBroken: false,
      isCutOff: false,
    };
    expect(findMissing(film, survey)).toEqual(found);
  });

  test('of the first of two films is not that of the file: what follows would be left out', () => {
    const picture = { ...track(), overlapMs: 20_000 };
    expect(
      findMissing(film, { picture, audio: [track()], isBroken: false, isCutOff: false }),
    ).toEqual([{ kind: 'beyond', startMs: MINUTE, endMs: MINUTE + 20_000 }]);
  });

  test('of the sound is held against what the file says of it, where it says anything', () => {
    const audio = [{ ...track(), endMs: 30_000 }];
    const survey = { picture: track(), audio, isBroken: false, isCutOff: false };
    expect(findMissing(film, survey)).toEqual([]);
    const told = { ...film, audio: [audioOf({ endMs: MINUTE })] };
    expect(findMissing(told, survey)).toEqual([{ kind: 'sound', startMs: 30_000, endMs: MINUTE }]);
  });

  test('a track without a packet is missing whole', () => {
    expect(
      findMissing(film, { picture: undefined, audio: [], isBroken: true, isCutOff: false }),
    ).toEqual([{ kind: 'missing', startMs: 0, endMs: MINUTE }]);
  });
});

test('joined recordings: a hole is one, the hours between two evenings are none, the length is a guess', () => {
  const joined = sourceOf({ timeStamps: 'jumping' }, { durationMs: 1_000 });
  const gaps = [
    [10_000, 13_000],
    [20_000, 9_000_000],
  ] as const;
  const survey = {
    picture: track(...gaps),
    audio: [track(...gaps)],
    isBroken: true,
    isCutOff: false,
  };
  expect(findMissing(joined, survey)).toEqual([
    { kind: 'missing', startMs: 10_000, endMs: 13_000 },
  ]);
});
