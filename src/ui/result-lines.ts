import { fitText } from '../lib/fit-text.ts';
import { formatBytes } from '../lib/format-bytes.ts';
import { formatCount } from '../lib/format-count.ts';
import type { EventOf } from '../model/event.ts';
import type { TextOptions } from './fact-lines.ts';
import { fileName, printable, printableCommand } from './printable.ts';

/** The block at the end of a film; `hls` stands apart because on a terminal it is the result itself. */
export type ResultBlock = Readonly<{
  before: readonly string[];
  hls: string;
  after: readonly string[];
}>;

/** Title and slug, HLS, poster, size, cost and what to do next; for a film that was in only its URL. */
export function resultBlock(result: EventOf<'result'>, options: TextOptions): ResultBlock {
  const { columns, paint } = options;
  const slug = printable(result.slug);
  const hls = line('HLS', printable(result.hls_url), options);
  if (result.outcome === 'unchanged') {
    const name = fitText(fileName(result.file), Math.max(8, columns - slug.length - 36));
    const head = `${paint.good('✔')} ${name}  is in as ${slug}, nothing to do`;
    return { before: [head], hls, after: [] };
  }
  const title = fitText(printable(result.title), Math.max(8, columns - slug.length - 6));
  const after = [
    line('Poster', printable(result.thumbnail_url), options),
    line('Size', sizeText(result), options),
  ];
  if (result.monthly_usd !== undefined) {
    after.push(
      line('Cost', `≈ ${formatDollars(result.monthly_usd)} a month at list price`, options),
    );
  }
  after.push(line('Next', `movie-ingest preview ${slug}`, options));
  return { before: ['', `  ${paint.strong(title)}  ${paint.faint(slug)}`], hls, after };
}

/** `✔ 10 added  – 1 unchanged  ✖ 1 failed  exit 3`, the failed ones, and how to try them again. */
export function summaryLines(
  summary: EventOf<'summary'>,
  { columns, paint }: TextOptions,
): string[] {
  const failed = summary.failed.length;
  const counts = [
    paint.good(`✔ ${formatCount(summary.added)} added`),
    paint.faint(`– ${formatCount(summary.unchanged)} unchanged`),
    ...(summary.queued === undefined ? [] : [paint.good(`${formatCount(summary.queued)} queued`)]),
    failed === 0 ? paint.faint('✖ 0 failed') : paint.bad(`✖ ${formatCount(failed)} failed`),
    paint.faint(`exit ${summary.exit}`),
  ];
  const nameColumns = Math.min(40, Math.max(12, Math.floor(columns / 2) - 4));
  const films = summary.failed.map((film) => {
    const name = fitText(fileName(film.file), nameColumns);
    return `  ${paint.bad('✖')} ${name}  ${printable(film.message)}`;
  });
  const retry =
    summary.retry === undefined ? [] : [`  Retry    ${printableCommand(summary.retry)}`];
  return ['', counts.join('   '), ...films, ...retry];
}

/** `$0.11`, `$0.014`, below a cent three digits. */
export function formatDollars(dollars: number): string {
  if (dollars > 0 && dollars < 0.001) return '< $0.001';
  return `$${dollars.toFixed(dollars < 0.1 ? 3 : 2)}`;
}

function sizeText({ bytes, source_bytes: sourceBytes }: EventOf<'result'>): string {
  const percent = sourceBytes === 0 ? 0 : Math.round((1 - bytes / sourceBytes) * 100);
  const compared = percent >= 0 ? `${percent} % less` : `${-percent} % more`;
  return `${formatBytes(bytes)} (source ${formatBytes(sourceBytes)}, ${compared})`;
}

function line(label: string, text: string, { paint }: TextOptions): string {
  return `  ${paint.faint(label.padEnd(8))} ${text}`;
}
