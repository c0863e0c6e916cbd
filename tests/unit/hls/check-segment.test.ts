import { describe, expect, test } from 'vitest';
import { checkSegment } from '../../../src/hls/check-segment.ts';
import { scanSegment } from '../../../src/lib/mpegts/scan-segment.ts';
import type { SegmentFacts } from '../../../src/model/segment.ts';
import { planOf, segmentsOf } from './film-facts.ts';

const plan = planOf();
const { grid } = plan;
const film = segmentsOf(plan);

function factsOf(rendition: string, index: number): SegmentFacts {
  const found = film.find((item) => item.rendition === rendition && item.index === index);
  if (found === undefined) throw new Error('no such segment');
  return found.facts;
}

const judge = (facts: SegmentFacts, index: number, isLast = false) =>
  checkSegment({ facts, kind: 'video', grid, index, isLast });

describe('a segment at its place', () => {
  test('is sound, picture and sound', () => {
    expect(judge(factsOf('360p', 1), 1)).toEqual({ verdict: 'sound', problems: [] });
    const facts = factsOf('audio-en', 1);
    expect(checkSegment({ facts, kind: 'audio', grid, index: 1, isLast: false }).verdict).toBe(
      'sound',
    );
  });

  test('may be shorter only as the last one', () => {
    const short = factsOf('360p', 3);
    expect(judge(short, 3, true).verdict).toBe('sound');
    expect(judge(short, 3, false)).toEqual({
      verdict: 'damaged',
      problems: ['has 48 pictures instead of 144'],
    });
  });

  test('may lie one tick beside the grid, and no more', () => {
    const { firstPts = 0, ...facts } = factsOf('360p', 1);
    expect(judge({ ...facts, firstPts: firstPts + 1 }, 1).verdict).toBe('sound');
    expect(judge({ ...facts, firstPts: firstPts - 2 }, 1).verdict).toBe('damaged');
  });

  test('of another place is damaged', () => {
    expect(judge(factsOf('360p', 1), 2).problems).toContain('begins -6.000 s after its place');
  });
});

describe('what a full disk leaves', () => {
  const whole = Buffer.alloc(188 * 1100, 0x47);

  test.each([0, 4096, 8192, 4096 * 3])('%d bytes: no space', (bytes) => {
    expect(judge(scanSegment(whole.subarray(0, bytes)), 0).verdict).toBe('no space');
  });

  test.each([4095, 5000, 188 * 20, 4096 * 47])('%d bytes: damaged', (bytes) => {
    expect(judge(scanSegment(whole.subarray(0, bytes)), 0).verdict).toBe('damaged');
  });

  test('does not make a sound segment suspicious whose size is a multiple of 4096', () => {
    expect(judge({ ...factsOf('360p', 1), bytes: 4096 * 47 }, 1).verdict).toBe('sound');
  });
});
