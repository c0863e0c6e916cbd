import { describe, expect, test } from 'vitest';
import { FilmsWithoutRoom } from '../../../src/queue/films-without-room.ts';

const LOCK_MS = 60_000;
const MINUTE_MS = 60_000;

describe('a film that the disk had no room for', () => {
  test('is not tried again here for two minutes, then four, eight, up to half an hour', () => {
    const films = new FilmsWithoutRoom({ lockMs: LOCK_MS });
    let nowMs = 0;
    const waits: number[] = [];
    for (let times = 0; times < 6; times += 1) {
      films.add('film', 'the disk is full', nowMs);
      const since = nowMs;
      while (films.reasonAgainst('film', nowMs) !== undefined) nowMs += MINUTE_MS;
      waits.push((nowMs - since) / MINUTE_MS);
    }
    expect(waits).toEqual([2, 4, 8, 16, 30, 30]);
  });

  test('says why, keeps no other film from being tried, and is forgotten once it is made', () => {
    const films = new FilmsWithoutRoom({ lockMs: LOCK_MS });
    films.add('film', 'the disk is full', 0);
    expect(films.reasonAgainst('film', 1)).toBe('the disk is full');
    expect(films.reasonAgainst('other', 1)).toBeUndefined();
    films.remove('film');
    expect(films.reasonAgainst('film', 1)).toBeUndefined();
  });
});
