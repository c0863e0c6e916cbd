import stringWidth from 'string-width';
import { fitText, padText } from '../lib/fit-text.ts';
import { formatBytes } from '../lib/format-bytes.ts';
import { formatCount } from '../lib/format-count.ts';
import { formatDuration } from '../lib/format-duration.ts';
import { formatRunningTime } from '../lib/format-running-time.ts';
import type { EventOf } from '../model/event.ts';
import type { Paint } from './paint.ts';
import { printable } from './printable.ts';

/** The newest of each, as long as the thing goes on. */
export type Progress = Readonly<{
  download?: EventOf<'download.progress'> | undefined;
  encode?: EventOf<'encode.progress'> | undefined;
  upload?: EventOf<'upload.progress'> | undefined;
  /** While nothing gets through to the store. */
  outage?: EventOf<'outage'> | undefined;
}>;

type Row = Readonly<{ label: string; share: number; facts: readonly string[] }>;

const BAR_COLUMNS = { min: 10, max: 28 } as const;
/** Before and between the columns, and the percentage: `  label  bar  100%  facts`. */
const FRAME_COLUMNS = 2 + 2 + 1 + 4 + 2;
/** What the facts of most lines need; the bars shrink for it. */
const FACT_COLUMNS = 40;

/**
 * One line per rendition and one for the upload, each less than `columns` cells wide:
 *
 *     720p     ██████████████████████░░░░░░  79%  1:23:10 / 1:45:20
 *     upload   ██████████████░░░░░░░░░░░░░░  52%  3.7 / ≈7.1 GB · 38.2 MB/s · 1,640 files
 *
 * and one more while the store is waited for. Facts that do not fit fall away from the right. All renditions come from one decode and advance
 * together, so speed and ETA are said once, in the line of the last.
 */
export function progressLines(
  progress: Progress,
  { columns, paint }: Readonly<{ columns: number; paint: Paint }>,
): string[] {
  const rows = progressRows(progress);
  const labelColumns = Math.max(8, ...rows.map((row) => stringWidth(row.label))) + 1;
  const room = columns - 1 - FRAME_COLUMNS - labelColumns; // the last column stays free: no wrap
  const barColumns = Math.max(
    Math.min(BAR_COLUMNS.min, room),
    Math.min(BAR_COLUMNS.max, room - FACT_COLUMNS),
  );
  const lines = rows.map((row) => {
    const head = `  ${padText(row.label, labelColumns)}${bar(row.share, barColumns, paint)} ${percent(row.share)}`;
    const facts = fittingFacts(row.facts, room - barColumns);
    return facts === '' ? head : `${head}  ${facts}`;
  });
  const { outage } = progress;
  if (outage === undefined) return lines;
  return [...lines, `  ${paint.warn(fitText(outageText(outage), columns - 3))}`];
}

/** `R2 movies: nothing gets through for 2m 5s, waiting (15m 00s at most)`. */
export function outageText({ store, forMs, giveUpAfterMs }: EventOf<'outage'>): string {
  const most = formatDuration(giveUpAfterMs);
  return `${printable(store)}: nothing gets through for ${formatDuration(forMs)}, waiting (${most} at most)`;
}

/**
 * All of it in one line, for a small terminal and for `status`:
 * `encode 79% 8.9× ETA 2m 31s | upload 52% 38.2 MB/s`.
 */
export function progressLine(progress: Progress, columns: number): string {
  const { download, encode, upload, outage } = progress;
  const parts: string[] = [];
  if (download !== undefined) {
    const rate = formatRate(download.bytesPerSecond);
    parts.push(`download ${percent(downloadShare(download)).trim()} ${rate}`);
  }
  if (encode !== undefined) {
    const eta = encode.etaMs === undefined ? '' : ` ETA ${formatDuration(encode.etaMs)}`;
    parts.push(`encode ${percent(encodeShare(encode)).trim()} ${formatSpeed(encode.speed)}${eta}`);
  }
  if (upload !== undefined) {
    const rate = upload.waitingMs === undefined ? formatRate(upload.bytesPerSecond) : 'waiting';
    parts.push(`upload ${percent(uploadShare(progress)).trim()} ${rate}`);
  }
  if (outage !== undefined) parts.push(outageText(outage));
  return fitText(parts.join(' | '), columns - 1);
}

/** `8.9×`, `12×`, `0.85×`: film time per wall time. */
export function formatSpeed(speed: number): string {
  if (speed >= 9.95) return `${Math.round(speed)}×`;
  return `${speed.toFixed(speed < 0.995 ? 2 : 1)}×`;
}

export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

export function encodeShare(encode: EventOf<'encode.progress'>): number {
  return share(encode.doneMs, encode.totalMs);
}

export function downloadShare(download: EventOf<'download.progress'>): number {
  return share(download.doneBytes, download.totalBytes);
}

/** While the encoder runs the total is a guess: what is there may reach it before all is done. */
export function uploadShare({ encode, upload }: Progress): number {
  if (upload === undefined) return 0;
  const exact = share(upload.doneBytes, upload.totalBytes);
  return encode === undefined ? exact : Math.min(0.99, exact);
}

function progressRows(progress: Progress): Row[] {
  const { download, encode, upload } = progress;
  const rows: Row[] = [];
  if (download !== undefined) {
    const label = 'download';
    rows.push({ label, share: downloadShare(download), facts: downloadFacts(download) });
  }
  const renditions = encode?.renditions ?? [];
  for (const [index, rendition] of renditions.entries()) {
    rows.push({
      label: fitText(printable(rendition.name), 16),
      share: share(rendition.doneMs, encode?.totalMs ?? 0),
      facts: encode === undefined ? [] : encodeFacts(encode, index, renditions.length),
    });
  }
  if (upload !== undefined) {
    rows.push({ label: 'upload', share: uploadShare(progress), facts: uploadFacts(progress) });
  }
  return rows;
}

function encodeFacts(encode: EventOf<'encode.progress'>, index: number, of: number): string[] {
  const facts: string[] = [];
  if (index === 0) {
    facts.push(`${formatRunningTime(encode.doneMs)} / ${formatRunningTime(encode.totalMs)}`);
  }
  if (index === of - 1) {
    if (encode.etaMs !== undefined) facts.unshift(`ETA ${formatDuration(encode.etaMs)}`);
    facts.unshift(`${Math.round(encode.fps)} fps`, formatSpeed(encode.speed));
  }
  return facts;
}

function downloadFacts(download: EventOf<'download.progress'>): string[] {
  const { doneBytes, totalBytes, bytesPerSecond } = download;
  const eta = ((totalBytes - doneBytes) / bytesPerSecond) * 1000;
  return [
    ofTotal(doneBytes, totalBytes, ''),
    formatRate(bytesPerSecond),
    ...(bytesPerSecond > 0 && eta > 0 ? [`ETA ${formatDuration(eta)}`] : []),
  ];
}

function uploadFacts({ encode, upload, outage }: Progress): string[] {
  if (upload === undefined) return [];
  const facts = [ofTotal(upload.doneBytes, upload.totalBytes, encode === undefined ? '' : '≈')];
  if (upload.waitingMs === undefined) facts.push(formatRate(upload.bytesPerSecond));
  else if (outage === undefined) {
    facts.push(`nothing gets through for ${formatDuration(upload.waitingMs)}`);
  }
  const restBytes = upload.totalBytes - upload.doneBytes;
  if (encode === undefined && upload.bytesPerSecond > 0 && restBytes > 0) {
    facts.push(`ETA ${formatDuration((restBytes / upload.bytesPerSecond) * 1000)}`);
  }
  if (upload.retries > 0) facts.push(countOf(upload.retries, 'retry', 'retries'));
  facts.push(countOf(upload.doneObjects, 'file', 'files'));
  return facts;
}

/** `3.7 / ≈7.1 GB`: the unit once when both have the same. */
function ofTotal(done: number, total: number, about: string): string {
  const [doneNumber, doneUnit] = formatBytes(done).split(' ');
  const all = formatBytes(total);
  const isSameUnit = all.endsWith(` ${doneUnit}`);
  return `${doneNumber}${isSameUnit ? '' : ` ${doneUnit}`} / ${about}${all}`;
}

export function countOf(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Between 0 and 1. */
function share(done: number, total: number): number {
  return total <= 0 ? 0 : Math.min(1, done / total);
}

/** Rounded down, so that 100% means all. Four cells. */
function percent(part: number): string {
  return `${Math.floor(part * 100 + 1e-9)}%`.padStart(4);
}

function bar(part: number, columns: number, paint: Paint): string {
  if (columns < 1) return '';
  const full = Math.floor(part * columns);
  return paint.good('█'.repeat(full)) + paint.faint('░'.repeat(columns - full));
}

function fittingFacts(facts: readonly string[], columns: number): string {
  for (let count = facts.length; count > 0; count -= 1) {
    const text = facts.slice(0, count).join(' · ');
    if (stringWidth(text) <= columns) return text;
  }
  return '';
}
