import type { StoryboardGrid } from '../model/plan.ts';

/** Longest side of a tile: what players show above their seek bars, at twice the density. */
const TILE = 240;
/** 25 tiles make a sheet of 1200×675 and about 150 kB: it is there before the finger moves on. */
const COLUMNS = 5;
const ROWS = 5;

/** Films up to so many minutes get a tile every so many seconds: never more than 1,000 tiles. */
const INTERVALS = [
  { minutes: 3, seconds: 1 },
  { minutes: 15, seconds: 2 },
  { minutes: 50, seconds: 5 },
  { minutes: 160, seconds: 10 },
  { minutes: 320, seconds: 20 },
  { minutes: 480, seconds: 30 },
  { minutes: 960, seconds: 60 },
] as const;
/** A day, the longest film that is taken, is 720 of these. */
const LONGEST_SECONDS = 120;

/** How the film is shown on its seek bar; `rung` is the picture that the tiles are made from. */
export function storyboardGrid(
  durationMs: number,
  rung: Readonly<{ width: number; height: number }>,
): StoryboardGrid {
  const minutes = durationMs / 60_000;
  const seconds = INTERVALS.find((it) => minutes <= it.minutes)?.seconds ?? LONGEST_SECONDS;
  const scale = Math.min(1, TILE / Math.max(rung.width, rung.height));
  return {
    intervalMs: seconds * 1000,
    tileWidth: even(rung.width * scale),
    tileHeight: even(rung.height * scale),
    columns: COLUMNS,
    rows: ROWS,
  };
}

/**
 * When each tile is on screen, in order. The last one stands for what is left, which is a quarter of
 * the interval at least, but for a film that is shorter.
 */
export function tileSpans(
  { intervalMs }: Pick<StoryboardGrid, 'intervalMs'>,
  durationMs: number,
): readonly Readonly<{ startMs: number; endMs: number }>[] {
  const count = Math.max(1, Math.ceil(durationMs / intervalMs - 0.25));
  return Array.from({ length: count }, (_, index) => ({
    startMs: index * intervalMs,
    endMs: index === count - 1 ? durationMs : (index + 1) * intervalMs,
  }));
}

function even(pixels: number): number {
  return Math.max(2, 2 * Math.round(pixels / 2));
}
