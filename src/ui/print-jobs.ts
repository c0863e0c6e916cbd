import { formatDuration } from '../lib/format-duration.ts';
import type { Paint } from './paint.ts';
import { printTable } from './print-table.ts';
import { printable } from './printable.ts';

/** A job as `queue ls` tells it; in JSON under the same names. */
export type JobRow = Readonly<{
  job: string;
  state: string;
  slug: string;
  /** `mac-2/4711`, of the one that is at it. */
  worker?: string;
  /** ISO 8601: in this state, as far as it is known. */
  since: string;
  /** Of the encode, 0 to 1. */
  done?: number;
  step?: string;
  /** How often a worker began and did not give it back, gave it back, failed, was gone without a word. */
  started: number;
  handedBack: number;
  failed: number;
  stalled: number;
  /** The last reason that it is not made yet. */
  why?: string;
  priority: number;
}>;

type Printing = Readonly<{ columns: number | undefined; paint: Paint; nowMs: number }>;

/** `queue ls` for people: a line per job. */
export function printJobs(rows: readonly JobRow[], { columns, paint, nowMs }: Printing): string {
  return printTable({
    head: ['STATE', 'FILM', 'DONE', 'WHERE', 'FOR', 'TRIES', 'JOB', 'WHY'],
    rows: rows.map((row) => [
      row.state,
      row.slug,
      doneText(row),
      row.worker ?? '',
      formatDuration(Math.max(0, nowMs - Date.parse(row.since))),
      triesText(row),
      row.job,
      row.why ?? '',
    ]),
    flexible: 7,
    columns,
    paint,
  });
}

export type DiaryRow = Readonly<{ at: string; worker: string; what: string; text?: string }>;

/** `queue show` for people: what is known of a job, and its diary. */
export function printJob(
  row: JobRow,
  {
    facts,
    diary,
    paint,
  }: Readonly<{
    facts: Readonly<Record<string, string>>;
    diary: readonly DiaryRow[];
    paint: Paint;
  }>,
): string {
  const all: Readonly<Record<string, string>> = {
    job: row.job,
    film: row.slug,
    state: row.state,
    ...(row.worker === undefined ? {} : { where: row.worker }),
    since: row.since,
    ...(row.done === undefined ? {} : { done: doneText(row) }),
    tries: triesText(row),
    ...(row.why === undefined ? {} : { why: row.why }),
    ...facts,
  };
  const width = Math.max(...Object.keys(all).map((name) => name.length));
  const lines = Object.entries(all).map(
    ([name, text]) => `${paint.faint(name.padEnd(width))}  ${printable(text)}`,
  );
  const told = diary.map(({ at, worker, what, text = '' }) =>
    `${paint.faint(at)}  ${printable(worker)}  ${what}  ${printable(text)}`.trimEnd(),
  );
  return [...lines, ...(told.length === 0 ? [] : ['', ...told])].map((it) => `${it}\n`).join('');
}

function doneText({ done, step }: JobRow): string {
  return done === undefined ? (step ?? '') : `${Math.floor(done * 100)}%`;
}

function triesText({ started, handedBack, failed, stalled }: JobRow): string {
  const notes = [
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(handedBack === 0 ? [] : [`${handedBack} given back`]),
    ...(stalled === 0 ? [] : [`${stalled} lost`]),
  ];
  return [String(started), ...(notes.length === 0 ? [] : [`(${notes.join(', ')})`])].join(' ');
}
