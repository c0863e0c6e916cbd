import { describe, expect, test } from 'vitest';
import { SettledFiles } from '../../../src/lib/settled-files.ts';

const file = (bytes: number, modifiedAtMs = 1, path = 'film.mp4') => ({
  path,
  bytes,
  modifiedAtMs,
});

describe('files that have come to rest', () => {
  test('are those that kept size and time for as long as was asked', () => {
    const settled = new SettledFiles(30_000);
    expect(settled.look([file(5)], 0)).toEqual([]);
    expect(settled.look([file(5)], 29_999)).toEqual([]);
    expect(settled.look([file(5)], 30_000)).toEqual([file(5)]);
  });

  test('a copy that grows, or is begun anew, waits again', () => {
    const settled = new SettledFiles(30_000);
    settled.look([file(5)], 0);
    settled.look([file(6)], 20_000);
    expect(settled.look([file(6)], 40_000)).toEqual([]);
    settled.look([file(6, 2)], 45_000);
    expect(settled.look([file(6, 2)], 74_000)).toEqual([]);
    expect(settled.look([file(6, 2)], 75_000)).toEqual([file(6, 2)]);
  });

  test('one that went away and came back waits again, and an empty one for ever', () => {
    const settled = new SettledFiles(30_000);
    settled.look([file(5), file(0, 1, 'empty.mp4')], 0);
    settled.look([], 10_000);
    const now = [file(5), file(0, 1, 'empty.mp4')];
    expect(settled.look(now, 31_000)).toEqual([]);
    expect(settled.look(now, 99_000)).toEqual([file(5)]);
  });
});
