import type { StoryboardGrid } from '../model/plan.ts';
import { printSpan } from './webvtt.ts';

/** File of sheet `index`, 0-based, beside the list. */
export function sheetFile(index: number): string {
  return `sheet_${String(index + 1).padStart(3, '0')}.jpg`;
}

/**
 * Text of the list that a player reads for its seek bar: for each span of the film the sheet and the
 * tile on it, as media fragments (`sheet_001.jpg#xywh=240,0,240,136`), row by row.
 */
export function printStoryboard(
  grid: StoryboardGrid,
  spans: readonly Readonly<{ startMs: number; endMs: number }>[],
): string {
  const { columns, rows, tileWidth, tileHeight } = grid;
  return [
    'WEBVTT\n',
    ...spans.map((span, index) => {
      const sheet = Math.floor(index / (columns * rows));
      const place = index % (columns * rows);
      const x = (place % columns) * tileWidth;
      const y = Math.floor(place / columns) * tileHeight;
      return `${printSpan(span)}\n${sheetFile(sheet)}#xywh=${x},${y},${tileWidth},${tileHeight}\n`;
    }),
  ].join('\n');
}
