import { formatBytes } from '../lib/format-bytes.ts';
import { formatDuration } from '../lib/format-duration.ts';
import { formatRunningTime } from '../lib/format-running-time.ts';
import type { Event, EventOf } from '../model/event.ts';
import { differenceLines, tallyText } from './difference-lines.ts';
import { errorLines } from './error-lines.ts';
import { factLines, loudnessText, qualityText, warningLines, workerText } from './fact-lines.ts';
import { formatFrameRate } from './film-facts.ts';
import { columnsOf } from './output.ts';
import { fileName, printable, printableCommand } from './printable.ts';
import {
  downloadShare,
  encodeShare,
  formatRate,
  formatSpeed,
  outageText,
  type Progress,
  uploadShare,
} from './progress-lines.ts';
import { ProgressPace } from './progress-pace.ts';
import type { Reporter, ReporterSetup } from './reporter.ts';
import { endsFilm, RunMemory } from './run-memory.ts';

const PROGRESS_INTERVAL_MS = 30_000;

/**
 * Dated lines on stderr for logs, cron and CI, a URL per film on stdout:
 *
 *     2026-11-22T03:30:31Z encode   phim-01 24% speed=8.9x eta=9m31s
 *
 * A line per stage, and about one every 30 s or 10 % while it goes on. With `quiet` only errors. What is
 * not dated, as on a terminal for a command without bars, has the form of what stands above bars.
 */
export class PlainReporter implements Reporter {
  readonly #setup: ReporterSetup;
  readonly #pace: ProgressPace;
  readonly #run = new RunMemory();
  #isOutageTold = false;

  constructor(setup: ReporterSetup) {
    this.#setup = setup;
    this.#pace = new ProgressPace(setup.progressIntervalMs ?? PROGRESS_INTERVAL_MS);
  }

  report(event: Event): void {
    this.#run.remember(event);
    if (endsFilm(event)) this.#pace.reset();
    if (event.type === 'error') {
      this.#write('error', errorLines(event, this.#setup.paint));
    } else if (event.type === 'difference') {
      const lines = differenceLines(event, this.#setup);
      this.#setup.stdout.write(lines.map((line) => `${line}\n`).join(''));
    } else if (event.type === 'result') {
      if (this.#setup.isDated) this.#say('done', resultText(event));
      this.#setup.stdout.write(`${event.hls_url}\n`);
    } else if (!this.#setup.quiet) {
      if (this.#setup.isDated) this.#tell(event);
      else this.#show(event);
    }
  }

  status(): void {
    const { progress, slug, step } = this.#run;
    const { download, encode, upload, outage } = progress;
    const parts = [
      ...(download === undefined ? [] : [`download ${downloadFacts(download)}`]),
      ...(encode === undefined ? [] : [`encode ${encodeFacts(encode)}`]),
      ...(upload === undefined ? [] : [`upload ${uploadFacts(upload, progress)}`]),
      ...(outage === undefined ? [] : [outageText(outage)]),
    ];
    const film = slug === '' ? [] : [quoted(slug)];
    this.#write('status', [[...film, ...(parts.length === 0 ? [step] : parts)].join(' ')]);
  }

  close(): void {}

  #tell(event: Exclude<Event, { type: 'error' | 'result' | 'difference' }>): void {
    switch (event.type) {
      case 'download.progress':
        this.#sayAtPace('download', downloadShare(event), downloadText(event));
        break;
      case 'encode.progress':
        this.#sayAtPace('encode', encodeShare(event), encodeText(event));
        break;
      case 'upload.progress':
        this.#sayAtPace(
          'upload',
          uploadShare(this.#run.progress),
          uploadText(event, this.#run.progress),
        );
        break;
      case 'outage':
        this.#sayOutage(event);
        break;
      case 'film.start':
        if (event.of > 1)
          this.#say('film', `${event.number}/${event.of} ${quoted(fileName(event.file))}`);
        break;
      case 'step':
        if (this.#setup.verbose) this.#say('step', event.step);
        break;
      case 'warning':
        this.#write(
          'warning',
          warningLines(event, { paint: this.#setup.paint, columns: undefined }),
        );
        break;
      case 'summary':
        this.#write('summary', summaryTexts(event));
        break;
      case 'tally':
        this.#say('tally', tallyText(event));
        break;
      case 'damaged': // a warning or the error says it in words
        break;
      default:
        this.#say(
          ...stageText(event, { slug: quoted(this.#run.slug), verbose: this.#setup.verbose }),
        );
    }
  }

  #show(event: Event): void {
    const { stderr, paint, verbose } = this.#setup;
    const lines = factLines(event, { columns: columnsOf(stderr), paint, verbose });
    stderr.write(lines.map((line) => `${line}\n`).join(''));
  }

  #sayAtPace(kind: 'download' | 'encode' | 'upload', share: number, text: string): void {
    if (this.#pace.isDue(kind, { percent: share * 100, atMs: this.#setup.now() }))
      this.#say(kind, text);
  }

  /** When it begins to last, then every now and then, and when it is over. */
  #sayOutage(event: EventOf<'outage'>): void {
    const wasTold = this.#isOutageTold;
    this.#isOutageTold = !event.isOver;
    const isDue = this.#pace.isDue('outage', { percent: 0, atMs: this.#setup.now() });
    const cause = event.cause === undefined ? '' : `: ${printable(event.cause)}`;
    if (event.isOver) {
      this.#say('outage', `${printable(event.store)}: over after ${formatDuration(event.forMs)}`);
    } else if (isDue || !wasTold) this.#say('outage', `${outageText(event)}${cause}`);
  }

  #say(kind: string, text: string): void {
    if (!this.#setup.quiet) this.#write(kind, [text]);
  }

  #write(kind: string, lines: readonly string[]): void {
    const { stderr, isDated, now } = this.#setup;
    const time = new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z');
    const prefix = isDated ? `${time} ${kind.padEnd(8)} ` : '';
    stderr.write(lines.map((line) => `${prefix}${line}\n`).join(''));
  }
}

type StageEvent = Exclude<
  Event,
  {
    type:
      | 'film.start'
      | 'step'
      | 'warning'
      | 'damaged'
      | 'download.progress'
      | 'encode.progress'
      | 'upload.progress'
      | 'outage'
      | 'result'
      | 'error'
      | 'summary'
      | 'difference'
      | 'tally';
  }
>;

function stageText(
  event: StageEvent,
  { slug, verbose }: Readonly<{ slug: string; verbose: boolean }>,
): [kind: string, text: string] {
  switch (event.type) {
    case 'downloaded': {
      const { file, bytes, keptBytes, elapsedMs } = event;
      const kept = keptBytes === 0 ? {} : { kept: tight(formatBytes(keptBytes)) };
      const size = tight(formatBytes(bytes));
      const facts = fields({ size, ...kept, elapsed: tight(formatDuration(elapsedMs)) });
      return ['download', `${quoted(fileName(file))} 100% ${facts}`];
    }
    case 'probed':
      return ['probe', probedText(event)];
    case 'planned':
      return ['plan', `${slug} ${plannedText(event, verbose)}`];
    case 'ready': {
      const { store, catalog, freeBytes } = event;
      return ['ready', fields({ store, catalog, free: tight(formatBytes(freeBytes)) })];
    }
    case 'resumed': {
      const { segment, of, keptBytes, fetchedSegments } = event;
      const fetched = fetchedSegments === 0 ? {} : { fetched: String(fetchedSegments) };
      const kept = { kept: tight(formatBytes(keptBytes)), ...fetched };
      const place = { segment: `${segment}/${of}`, at: formatRunningTime(event.doneMs) };
      return ['resume', `${slug} ${fields({ ...place, ...kept })}`];
    }
    case 'restarted':
      return ['restart', `${slug} from the start: ${printable(event.reason)}`];
    case 'encoded': {
      const took = {
        elapsed: tight(formatDuration(event.elapsedMs)),
        speed: speedText(event.speed),
      };
      return [
        'encode',
        `${slug} 100% ${fields({ renditions: String(event.renditions), ...took })}`,
      ];
    }
    case 'uploaded':
      return ['upload', `${slug} 100% ${uploadedText(event)}`];
    case 'checked': {
      const counts = { segments: String(event.segments), keyframes: String(event.keyFrames) };
      const duration = formatRunningTime(event.durationMs);
      return ['check', `${slug} ${fields({ ...counts, duration })}`];
    }
    case 'quality':
      return ['quality', `${slug} ${event.renditions.map(qualityText).join(' · ')}`];
    case 'loudness':
      return ['loudness', `${slug} ${event.tracks.map(loudnessText).join(' · ')}`];
    case 'published':
      return ['publish', `${slug} ${printable(event.hlsUrl)}`];
    case 'job':
      return ['queue', `${quoted(event.slug)} ${jobText(event)}`];
    case 'worker':
      return ['worker', `${quoted(event.worker)} ${workerText(event)}`];
    case 'saved':
      return ['catalog', `${slug} ${event.outcome} ${fields({ catalog: event.catalog })}`];
  }
}

function jobText({ state, job, worker, why }: EventOf<'job'>): string {
  return [
    fields({ state, job, ...(worker === undefined ? {} : { worker }) }),
    ...(why === undefined ? [] : [printable(why)]),
  ].join(' ');
}

function probedText(event: EventOf<'probed'>): string {
  const { width, height, fps, videoCodec, notes } = event;
  const video = [videoCodec, `${width}x${height}`, `${formatFrameRate(fps)}fps`, ...notes];
  return `${quoted(fileName(event.file))} ${fields({
    duration: formatRunningTime(event.durationMs),
    size: tight(formatBytes(event.bytes)),
    video: video.join('/'),
    audio: event.audioLanguages.join(',') || 'none',
    subs: event.subtitleLanguages.join(',') || 'none',
  })}`;
}

function plannedText(event: EventOf<'planned'>, verbose: boolean): string {
  const { preset, revision, encoderReason: reason, copied = [], copyReason = '' } = event;
  return fields({
    renditions: event.renditions.map((rendition) => rendition.name).join(','),
    ...(copied.length === 0 ? {} : { copied: copied.join(',') }),
    encoder: event.encoder,
    size: tight(formatBytes(event.estimatedBytes)),
    files: String(event.estimatedObjects),
    ...(verbose ? { preset, revision, reason, copy: copyReason } : {}),
  });
}

function downloadText(event: EventOf<'download.progress'>): string {
  return `${quoted(fileName(event.file))} ${downloadFacts(event)}`;
}

function downloadFacts(event: EventOf<'download.progress'>): string {
  const { doneBytes, totalBytes, bytesPerSecond } = event;
  const sizes = `${tight(formatBytes(doneBytes))}/${tight(formatBytes(totalBytes))}`;
  const speed = fields({ speed: tight(formatRate(bytesPerSecond)) });
  return `${Math.floor(downloadShare(event) * 100)}% ${sizes} ${speed}`;
}

function encodeText(event: EventOf<'encode.progress'>): string {
  return `${quoted(event.slug)} ${encodeFacts(event)}`;
}

function encodeFacts(event: EventOf<'encode.progress'>): string {
  const eta = event.etaMs === undefined ? {} : { eta: tight(formatDuration(event.etaMs)) };
  const percent = Math.floor(encodeShare(event) * 100);
  return `${percent}% ${fields({ speed: speedText(event.speed), ...eta })}`;
}

function uploadText(event: EventOf<'upload.progress'>, progress: Progress): string {
  return `${quoted(event.slug)} ${uploadFacts(event, progress)}`;
}

function uploadFacts(event: EventOf<'upload.progress'>, progress: Progress): string {
  const percent = Math.floor(uploadShare(progress) * 100);
  const sizes = `${tight(formatBytes(event.doneBytes))}/${tight(formatBytes(event.totalBytes))}`;
  const waiting =
    event.waitingMs === undefined ? {} : { waiting: tight(formatDuration(event.waitingMs)) };
  // Nothing on its way is an upload that waits for the encoder, not one that is slow.
  const speed =
    event.bytesPerSecond === 0 ? {} : { speed: tight(formatRate(event.bytesPerSecond)) };
  return `${percent}% ${sizes} ${fields({
    ...speed,
    retries: String(event.retries),
    ...waiting,
  })}`;
}

function uploadedText(event: EventOf<'uploaded'>): string {
  return fields({
    size: tight(formatBytes(event.bytes)),
    files: String(event.objects),
    elapsed: tight(formatDuration(event.elapsedMs)),
    retries: String(event.retries),
  });
}

function resultText(event: EventOf<'result'>): string {
  return `${quoted(event.slug)} ${event.outcome} ${printable(event.hls_url)} ${fields({
    size: tight(formatBytes(event.bytes)),
    elapsed: tight(formatDuration(event.elapsed_ms)),
  })}`;
}

function summaryTexts(event: EventOf<'summary'>): string[] {
  const { added, unchanged, queued, failed, exit, retry } = event;
  const inQueue = queued === undefined ? '' : ` queued=${queued}`;
  const films = failed.map(
    (film) => `failed ${quoted(fileName(film.file))} ${printable(film.message)}`,
  );
  return [
    `added=${added} unchanged=${unchanged}${inQueue} failed=${failed.length} exit=${exit}`,
    ...films,
    ...(retry === undefined ? [] : [`retry: ${printableCommand(retry)}`]),
  ];
}

function fields(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${quoted(value)}`)
    .join(' ');
}

/** A value with spaces, quotes or `=` stands in double quotes, so that lines can be cut into fields. */
function quoted(text: string): string {
  const clean = printable(text);
  return /[\s"=]/.test(clean) || clean === '' ? JSON.stringify(clean) : clean;
}

/** `8.4GB`: without the space, as log fields are. */
function tight(text: string): string {
  return text.replaceAll(' ', '');
}

/** ASCII, as logs are. */
function speedText(speed: number): string {
  return formatSpeed(speed).replace('×', 'x');
}
