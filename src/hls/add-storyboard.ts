import type { Package, PackagedStoryboard } from '../model/package.ts';
import { printStoryboard, sheetFile } from './storyboard-vtt.ts';

/** The package with a storyboard beside it; nothing else of it changes. */
export function addStoryboard<Film extends Package>(
  film: Film,
  { grid, spans, sheets }: PackagedStoryboard,
): Film {
  const list = Buffer.from(printStoryboard(grid, spans));
  return {
    ...film,
    storyboard: grid,
    files: [
      ...film.files,
      ...sheets.map((body, index) => ({ path: `storyboard/${sheetFile(index)}`, body })),
      { path: 'storyboard/storyboard.vtt', body: list },
    ],
  };
}
