import type { CatalogDocument } from '../model/catalog.ts';
import { fieldText } from './field-text.ts';
import type { Paint } from './paint.ts';
import { printTable } from './print-table.ts';

/** `list` for people: a line per film, in the order given. */
export function printMovies(
  documents: readonly CatalogDocument[],
  { columns, paint }: Readonly<{ columns: number | undefined; paint: Paint }>,
): string {
  return printTable({
    head: ['SLUG', 'TITLE', 'DURATION', 'RESOLUTIONS', 'CREATED'],
    rows: documents.map((document) => [
      document.slug,
      fieldText(document, 'title'),
      fieldText(document, 'metadata.duration'),
      fieldText(document, 'metadata.resolutions'),
      fieldText(document, 'created_at').slice(0, 10),
    ]),
    flexible: 1,
    columns,
    paint,
  });
}
