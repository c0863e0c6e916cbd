import { describe, expect, test } from 'vitest';
import { judgeFilm } from '../corpus/judge-film.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { KINDS, openBench } from './kinds.ts';

const bench = openBench(makeTempDir('kinds'));

describe('films of kinds that no corpus holds are right, or refused', () => {
  test.each(KINDS)('$what', async ({ make, expected }) => {
    const path = await make(bench);
    const judged = await judgeFilm(path, expected.flags);
    if ('refused' in expected) {
      expect(judged).toMatchObject({ exit: 4, said: expect.stringMatching(expected.refused) });
      return;
    }
    const { seconds, frames, size, tracks, alike = 0.9, warns } = expected;
    const { played, said } = judged;
    if (played === undefined) expect.fail(said);
    expect.soft(played.audioTracks).toBe(tracks);
    expect.soft(`${played.width}x${played.height}`).toBe(size);
    expect.soft(Math.abs(played.seconds - seconds)).toBeLessThanOrEqual(0.08);
    if (frames !== undefined) expect.soft(played.frames).toBe(frames);
    expect
      .soft(Math.abs((played.soundLateMs ?? -played.earlyMs) + played.earlyMs))
      .toBeLessThanOrEqual(40);
    expect
      .soft(Math.min(played.first, played.middle), JSON.stringify(played))
      .toBeGreaterThan(alike);
    expect.soft(played.aspectErrorPercent).toBeLessThan(1);
    if (warns !== undefined) expect.soft(played.warnings).toMatch(warns);
  });
});
