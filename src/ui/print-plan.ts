import { channelsText } from '../lib/channels-text.ts';
import { formatBytes } from '../lib/format-bytes.ts';
import { formatCount } from '../lib/format-count.ts';
import { formatDuration } from '../lib/format-duration.ts';
import { shellQuote } from '../lib/shell-quote.ts';
import { isCutList, targetSeconds } from '../model/grid.ts';
import type { CutList, Plan } from '../model/plan.ts';
import { probedEvent } from '../model/probed-event.ts';
import { isVideoToolbox } from '../model/toolchain.ts';
import { encoderLabel, warningLines } from './fact-lines.ts';
import { filmFacts } from './film-facts.ts';
import type { Paint } from './paint.ts';
import { printTable } from './print-table.ts';
import { fileName, printable } from './printable.ts';
import { formatDollars } from './result-lines.ts';
import { wrapText } from './wrap-text.ts';

/** A plan, and what the command found out beside it. Plain JSON. */
export type PlanReport = Readonly<{
  plan: Plan;
  /** For people: `R2 movies`. */
  store: string;
  hlsUrl: string;
  thumbnailUrl: string;
  /** Keys or prefixes that it would write, in the order of writing. */
  keys: readonly string[];
  upload: Readonly<{ bytesPerSecond: number; ms: number }>;
  /** Undefined where no price is known. */
  cost?:
    | Readonly<{ onceUsd: number; monthlyUsd: number; asOf: string; source: string }>
    | undefined;
  work: Readonly<{ dir: string; freeBytes: number }>;
  /** The program that `plan.ffmpegArgs` are for. */
  ffmpeg: string;
}>;

type PrintOptions = Readonly<{
  /** Width of the terminal; undefined (a pipe) breaks no line. */
  columns: number | undefined;
  paint: Paint;
}>;

/**
 * `plan` for people: the film, what would be made of it and why, what it needs and costs, where it
 * would stand, and last the exact command, ready to be pasted into a shell.
 */
export function printPlan(report: PlanReport, options: PrintOptions): string {
  const { plan } = report;
  const { columns, paint } = options;
  const lines = [
    ...filmLines(plan, options),
    '',
    ...section('Plan', [`${plan.slug} · preset ${plan.preset} · revision ${plan.revision}`], paint),
    ...section('Encoder', [encoderText(plan)], paint),
    ...section('Copy', [plan.copyReason], paint),
    ...section('Bits', bitsTexts(plan), paint),
    ...section('Segments', [segmentText(plan)], paint),
    '',
    ...ladderLines(plan, options),
    '',
    ...section('Subtitles', plan.subtitles.map(subtitleText), paint),
    ...section('Burnt in', burntTexts(plan), paint),
    ...section('Seek bar', [seekBarText(plan)], paint),
    ...section('Package', [packageText(plan)], paint),
    ...section('Disk', [diskText(report)], paint),
    ...section('Upload', [uploadText(report)], paint),
    ...section('Cost', costTexts(report), paint),
    ...section('Store', [report.store], paint),
    ...section('Keys', report.keys, paint),
    ...section('HLS', [report.hlsUrl], paint),
    ...section('Poster', [report.thumbnailUrl, ...coverTexts(plan)], paint),
    ...plan.warnings.flatMap((message) => warningLines({ message }, { columns, paint })),
    '',
    shellQuote([report.ffmpeg, ...plan.ffmpegArgs]),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function filmLines({ source }: Plan, { columns, paint }: PrintOptions): string[] {
  const [length = '', ...facts] = filmFacts(probedEvent(source));
  const head = `${paint.strong(fileName(source.path))}   ${length}`;
  return wrapText([head, ...facts], { columns, indent: 2, separator: ' · ' });
}

const LABEL_COLUMNS = 9;

/** `Keys      first` and the others below it. */
function section(label: string, texts: readonly string[], paint: Paint): string[] {
  return texts.map((text, index) => {
    const head = index === 0 ? label : '';
    return `${paint.faint(head.padEnd(LABEL_COLUMNS))} ${printable(text)}`;
  });
}

function encoderText({ encoder }: Plan): string {
  return `${encoderLabel(encoder.name)} (ffmpeg ${encoder.ffmpegVersion}): ${encoder.reason}`;
}

function segmentText({ grid }: Plan): string {
  const { num, den } = grid.frameRate;
  if (isCutList(grid)) return cutText(grid);
  const seconds = (frames: number) => `${Number(((frames * den) / num).toFixed(3))} s`;
  return `${seconds(grid.segmentFrames)} · key frame every ${seconds(grid.gopFrames)} (${grid.gopFrames} frames at ${den === 1 ? num : `${num}/${den}`} fps)`;
}

/** `--per-title`: what the bit rates were made from. */
function bitsTexts({ perTitle }: Plan): string[] {
  if (perTitle === undefined) return [];
  const { encoder, samples, seconds, rungs, correction } = perTitle;
  const needs = rungs.map(({ name, kbps }) => `${name} ${formatCount(kbps)}`).join(', ');
  return [
    `made for this film: ${formatCount(samples)} ${samples === 1 ? 'sample' : 'samples'}, ${Number(seconds.toFixed(1))} s in all, took ${needs} kbit/s of ${encoder} at constant quality (corrected by ${correction})`,
  ];
}

/** Where the film's own key frames decide. */
function cutText(grid: CutList): string {
  const count = formatCount(grid.segments.length);
  return `${count} cut at the film's own key frames, of at most ${targetSeconds(grid)} s · a run that is cut off starts again`;
}

function ladderLines(plan: Plan, { columns, paint }: PrintOptions): string[] {
  const video = plan.video.map((rung) => [
    rung.name,
    `${rung.width}×${rung.height}`,
    ...(rung.isCopied ? [copiedText(rung.averageKbps), ''] : pictureTexts(plan, rung)),
  ]);
  const audio = plan.audio.map((track) => [
    track.name,
    `${track.language} ${track.label}`,
    track.isCopied ? copiedText(track.kbps) : `${formatCount(track.kbps)} kbit/s`,
    soundText(track),
  ]);
  const head = ['RENDITION', 'PICTURE OR LANGUAGE', 'AIMS AT', 'LIMITS'];
  const table = printTable({ head, rows: [...video, ...audio], flexible: 1, columns, paint });
  return table.trimEnd().split('\n');
}

function pictureTexts({ encoder }: Plan, rung: Plan['video'][number]): string[] {
  return [
    isVideoToolbox(encoder.name) ? `${formatCount(rung.averageKbps)} kbit/s` : `CRF ${rung.crf}`,
    `≤ ${formatCount(rung.maxKbps)} kbit/s`,
  ];
}

/** What a copied stream has on average: it is known. */
function copiedText(kbps: number): string {
  return `copied, ${formatCount(kbps)} kbit/s`;
}

function subtitleText(subtitle: Plan['subtitles'][number]): string {
  const marks = [
    ...('file' in subtitle.from ? ['from a file'] : [subtitle.from.codec]),
    ...(subtitle.isDefault ? ['default'] : []),
  ];
  return `${subtitle.language} ${subtitle.label} · ${marks.join(', ')}`;
}

function burntTexts({ burnt }: Plan): string[] {
  return burnt === undefined ? [] : [`subtitle ${burnt.number} (${burnt.language})`];
}

function seekBarText({ storyboard, source }: Plan): string {
  const { intervalMs, tileWidth, tileHeight } = storyboard;
  const { length } = source.chapters;
  const chapters = length === 0 ? '' : ` · ${length} ${length === 1 ? 'chapter' : 'chapters'}`;
  return `a picture of ${tileWidth}×${tileHeight} every ${intervalMs / 1000} s${chapters}`;
}

/** What the film offers for `--poster`. */
function coverTexts({ source: { coverArt } }: Plan): string[] {
  if (coverArt === undefined) return [];
  return [`the film carries a cover of ${coverArt.width}×${coverArt.height}: --poster cover`];
}

/** `stereo, from 5.1, +7 dB, default`. */
function soundText({ channels, sourceChannels, gainDb, isDefault }: Plan['audio'][number]): string {
  return [
    channelsText(channels),
    ...(channels === sourceChannels ? [] : [`from ${channelsText(sourceChannels)}`]),
    ...(gainDb === undefined ? [] : [`${gainDb < 0 ? '−' : '+'}${Math.abs(gainDb)} dB`]),
    ...(isDefault ? ['default'] : []),
  ].join(', ');
}

function packageText({ estimate }: Plan): string {
  const { bytes, objects, segments } = estimate;
  return `≈ ${formatBytes(bytes)} · ≈ ${formatCount(objects)} files, ${formatCount(segments)} of them segments`;
}

function diskText({ plan, work }: PlanReport): string {
  const { diskBytes } = plan.estimate;
  const verdict = diskBytes > work.freeBytes ? 'NOT ENOUGH' : 'enough';
  return `${formatBytes(diskBytes)} needed in ${work.dir} · ${formatBytes(work.freeBytes)} free, ${verdict}`;
}

function uploadText({ upload }: PlanReport): string {
  return `≈ ${formatDuration(upload.ms)} at ${formatBytes(upload.bytesPerSecond)}/s, while it is being encoded`;
}

function costTexts({ cost }: PlanReport): string[] {
  if (cost === undefined) return [];
  return [
    `≈ ${formatDollars(cost.onceUsd)} once · ≈ ${formatDollars(cost.monthlyUsd)} a month (list price of ${cost.asOf})`,
  ];
}
