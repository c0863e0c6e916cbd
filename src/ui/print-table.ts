import stringWidth from 'string-width';
import { fitText, padText } from '../lib/fit-text.ts';
import type { Paint } from './paint.ts';
import { printable } from './printable.ts';

export type TableOptions = Readonly<{
  head: readonly string[];
  rows: readonly (readonly string[])[];
  /** Which column gives way when the table is too wide. */
  flexible: number;
  /** Width of the terminal; undefined (a pipe) never shortens anything. */
  columns: number | undefined;
  paint: Paint;
}>;

const GAP = 2;
const LEAST = 8;

/** A table as text, a line per row below a head, columns as wide as their widest cell. */
export function printTable({ head, rows, flexible, columns, paint }: TableOptions): string {
  const cells = rows.map((row) => row.map(printable));
  const widths = head.map((title, index) =>
    Math.max(stringWidth(title), ...cells.map((row) => stringWidth(row[index] ?? ''))),
  );
  const total = widths.reduce((sum, width) => sum + width, 0) + GAP * (head.length - 1);
  const excess = columns === undefined ? 0 : Math.max(0, total - columns + 1);
  const fitted = widths.map((width, index) =>
    index === flexible ? Math.max(Math.min(width, LEAST), width - excess) : width,
  );
  const lineOf = (row: readonly string[]) =>
    fitted
      .map((width, index) => padText(fitText(row[index] ?? '', width), width))
      .join(' '.repeat(GAP))
      .trimEnd();
  return [paint.faint(lineOf(head)), ...cells.map(lineOf)].map((line) => `${line}\n`).join('');
}
