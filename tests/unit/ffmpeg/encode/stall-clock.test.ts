import { describe, expect, test } from 'vitest';
import { StallClock } from '../../../../src/ffmpeg/encode/stall-clock.ts';

const LIMITS = { limitMs: 120_000, tickMs: 2_000 };

/** Ticks every two seconds; answers with the time of the tick that had enough. */
function stallsAt(movedAt: (nowMs: number) => boolean, untilMs = 1_000_000): number | undefined {
  const clock = new StallClock(LIMITS, 0);
  for (let nowMs = 2_000; nowMs <= untilMs; nowMs += 2_000) {
    if (clock.tick(movedAt(nowMs), nowMs)) return nowMs;
  }
  return undefined;
}

describe('a stall', () => {
  test('is what lasts as long as the limit', () => {
    expect(stallsAt(() => false)).toBe(120_000);
  });

  test('begins anew with each sign of progress', () => {
    expect(stallsAt((nowMs) => nowMs <= 50_000)).toBe(170_000);
    expect(stallsAt((nowMs) => nowMs % 100_000 === 0)).toBeUndefined();
  });

  test('is not what a machine sleeps: ten minutes of it count as a few seconds', () => {
    const clock = new StallClock(LIMITS, 0);
    expect(clock.tick(true, 2_000)).toBe(false);
    expect(clock.tick(false, 602_000)).toBe(false);
    expect(clock.tick(false, 604_000)).toBe(false);
    let nowMs = 604_000;
    while (!clock.tick(false, nowMs)) nowMs += 2_000;
    expect(nowMs).toBeGreaterThan(700_000);
  });
});
