import { expect, test } from 'vitest';
import type { CatalogDocument } from '../../../src/model/catalog.ts';
import { openPaint } from '../../../src/ui/paint.ts';
import { printMovies } from '../../../src/ui/print-movies.ts';

const paint = openPaint(false);
const movies: CatalogDocument[] = [
  {
    slug: 'dat-rung',
    title: 'Đất Rừng Phương Nam',
    metadata: { duration: '01:50:12', resolutions: ['360p', '720p'] },
    created_at: new Date('2026-11-22T03:30:01Z'),
  },
  { slug: 'sen', title: '千と千尋の神隠し\u001b[31m', metadata: null, created_at: 'nonsense' },
  { slug: 'bare' },
];

test('films in columns, by width and not by length', () => {
  expect(`\n${printMovies(movies, { columns: undefined, paint })}`).toBe(`
SLUG      TITLE                DURATION  RESOLUTIONS  CREATED
dat-rung  Đất Rừng Phương Nam  01:50:12  360p 720p    2026-11-22
sen       千と千尋の神隠し                            nonsense
bare
`);
});

test('on a narrow terminal the title gives way, in the middle', () => {
  const [, line] = printMovies(movies, { columns: 55, paint }).split('\n');
  expect(line).toBe('dat-rung  Đất … Nam  01:50:12  360p 720p    2026-11-22');
});
