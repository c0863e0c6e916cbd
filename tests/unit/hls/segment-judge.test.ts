import { describe, expect, test } from 'vitest';
import { segmentJudge } from '../../../src/hls/segment-judge.ts';
import type { CutList } from '../../../src/model/plan.ts';
import { planOf, segmentsOf, shifted } from './film-facts.ts';

const plan = planOf();
const film = segmentsOf(plan);
const find = (rendition: string, index: number) => {
  const found = film.find((one) => one.rendition === rendition && one.index === index);
  if (found === undefined) throw new Error('no such segment');
  return { ...found, isLast: false };
};

describe('segments as they come', () => {
  test('of a sound encode are sound, in any order, and again', () => {
    const judge = segmentJudge(plan);
    for (const segment of film.toReversed()) {
      expect(judge({ ...segment, isLast: true }).problems).toEqual([]);
    }
    expect(judge(find('360p', 0)).verdict).toBe('sound');
  });

  test('that differ from their twin by a tick stop the encode, though each is within its own', () => {
    const judge = segmentJudge(plan);
    expect(judge(find('360p', 1)).verdict).toBe('sound');
    const twin = find('720p', 1);
    expect(judge({ ...twin, facts: shifted(twin.facts, 1) })).toEqual({
      verdict: 'damaged',
      problems: ['is cut elsewhere than that of 360p'],
    });
  });

  test('with another parameter set than the first of their rung stop it too', () => {
    const judge = segmentJudge(plan);
    judge(find('720p', 0));
    const next = find('720p', 1);
    expect(judge({ ...next, facts: { ...next.facts, sps: '00' } }).problems).toEqual([
      'has another sequence parameter set than segment 0',
    ]);
  });
});

describe('segments of a film with a copied rung', () => {
  /** The same cuts, as a list: here all is known, the last segment too. */
  const grid: CutList = {
    frameRate: { num: 24, den: 1 },
    segmentSeconds: 6,
    segments: [144, 144, 144, 48].map((frames, index) => ({
      frames,
      keyFrames: Array.from({ length: frames / 48 }, (_, gop) => index * 540_000 + gop * 180_000),
      lastPicture: index * 540_000 + (frames - 1) * 3750,
    })),
  };
  const judge = segmentJudge({ ...plan, grid });

  test('are judged by the list', () => {
    for (const segment of film) {
      expect(judge({ ...segment, isLast: false }).problems).toEqual([]);
    }
  });

  test('may not be short, nor be one more than planned', () => {
    const short = { ...find('360p', 3).facts, frames: 47 };
    expect(judge({ ...find('360p', 3), facts: short, isLast: true }).problems).toEqual([
      'has 47 pictures instead of 48',
    ]);
    const more = { ...find('360p', 3), index: 4 };
    expect(judge(more).problems).toEqual(['was not planned: the film ends before it']);
  });

  test('with a key frame elsewhere, or that is no IDR picture, are refused', () => {
    const { facts } = find('360p', 1);
    const [first, ...rest] = facts.keyFrames;
    if (first === undefined) throw new Error('no key frame');
    const moved = { ...facts, keyFrames: [first, { ...first, pts: first.pts + 3750 }, ...rest] };
    expect(judge({ ...find('360p', 1), facts: moved }).problems.join()).toContain('4 key frames');
    const open = { ...facts, keyFrames: [{ ...first, isIdr: false }, ...rest] };
    expect(judge({ ...find('360p', 1), facts: open }).problems.join()).toContain('no IDR');
  });
});
