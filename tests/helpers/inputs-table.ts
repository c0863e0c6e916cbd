import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { corpus } from './corpus.ts';

const PAGE = resolve(import.meta.dirname, '../../docs/inputs.md');

/** A film of the corpus, and what its manifest expects of us. */
export type CorpusFilm = Readonly<{
  file: string;
  expected: 'ok' | 'refuse' | 'either';
  /** What it is, in the manifest's words. */
  what: string;
  /** Length that a plain transcode had when the corpus was made, in seconds. */
  transcodedSeconds?: number;
}>;

/** The films of the manifest; empty, with a loud line, where there is no corpus. */
export function corpusFilms(): readonly CorpusFilm[] {
  const manifest = corpus('MANIFEST.tsv');
  const [header = '', ...lines] = (
    manifest === undefined ? '' : readFileSync(manifest, 'utf8')
  ).split('\n');
  const names = header.split('\t');
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const cells = line.split('\t');
      const cell = (name: string) => cells[names.indexOf(name)] ?? '';
      const seconds = / in=\S+ out=([\d.]+) /.exec(line)?.[1];
      return {
        file: cell('file'),
        expected: cell('expect') as CorpusFilm['expected'],
        what: cell('special'),
        ...(seconds === undefined ? {} : { transcodedSeconds: Number(seconds) }),
      };
    });
}

/** A line of the table in docs/inputs.md. Texts are as printed. */
export type InputsRow = Readonly<{
  file: string;
  what: string;
  /** `in`, or `refused (4)`. */
  verdict: string;
  /** Why it was refused. */
  said?: string;
  plays?: string;
  /** `0 ms`, or `–` where there is nothing to hear. */
  sound?: string;
  /** Likeness of the first and the middle picture. */
  pictures?: string;
}>;

const BEGIN = '<!-- table: node scripts/write-inputs-table.mjs -->';
const END = '<!-- end of table -->';

export function printTable(rows: readonly InputsRow[]): string {
  const isIn = ({ verdict }: InputsRow) => verdict === 'in';
  const taken = rows.filter(isIn);
  const refused = rows.filter((row) => !isIn(row));
  return [
    BEGIN,
    `${rows.length} files: ${taken.length} are in, ${refused.length} are refused.`,
    '',
    '| file | what it is | plays | sound is late by | first and middle picture |',
    '|---|---|---|---|---|',
    ...taken.map((row) => line([`\`${row.file}\``, row.what, row.plays, row.sound, row.pictures])),
    '',
    '| file | what it is | exit | what is said |',
    '|---|---|---|---|',
    ...refused.map((row) => line([`\`${row.file}\``, row.what, exitOf(row.verdict), row.said])),
    END,
  ].join('\n');
}

/** The table as it stands in docs/inputs.md, by file. */
export function readTable(): ReadonlyMap<string, InputsRow> {
  const [, table = ''] = readFileSync(PAGE, 'utf8').split(BEGIN);
  const cells = table
    .split(END)[0]
    ?.split('\n')
    .filter((text) => text.startsWith('| `'))
    .map((text) =>
      text
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const rows = (cells ?? []).map(([file = '', what = '', third = '', fourth = '', fifth]) => {
    const name = file.replaceAll('`', '');
    const row: InputsRow =
      fifth === undefined
        ? { file: name, what, verdict: `refused (${third})`, said: fourth }
        : { file: name, what, verdict: 'in', plays: third, sound: fourth, pictures: fifth };
    return [name, row] as const;
  });
  return new Map(rows);
}

/** docs/inputs.md with another table in it. */
export function withTable(table: string): string {
  const page = readFileSync(PAGE, 'utf8');
  const [before = '', rest = ''] = page.split(BEGIN);
  return `${before}${table}${rest.slice(rest.indexOf(END) + END.length)}`;
}

export { PAGE as INPUTS_PAGE };

function line(cells: readonly (string | undefined)[]): string {
  return `| ${cells.map((cell = '') => cell.replaceAll('|', '\\|').replace(/\s+/g, ' ')).join(' | ')} |`;
}

function exitOf(verdict: string): string {
  return /\d+/.exec(verdict)?.[0] ?? '';
}
