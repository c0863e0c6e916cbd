import type { Event, EventOf } from '../model/event.ts';
import type { EventLine } from '../model/event-line.ts';
import type { StatusEvent } from '../model/status-event.ts';
import type { Reporter, ReporterSetup } from './reporter.ts';
import { RunMemory } from './run-memory.ts';

const PROGRESS_INTERVAL_MS = 1_000;
/** With `quiet` only these. */
const RESULTS: ReadonlySet<Event['type']> = new Set([
  'result',
  'error',
  'summary',
  'difference',
  'tally',
]);

function isResult(event: Event): boolean {
  return RESULTS.has(event.type) && !(event.type === 'difference' && event.mark === '=');
}
/** What JSON leaves as it is and a terminal would act on: DEL, C1 controls, bidi and format characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * NDJSON on stdout, one event a line, errors included; nothing on stderr (docs/json-output.md). Of
 * progress about one line a second and kind, and always the last before something else happens. Texts
 * are told to the letter; what could harm a terminal stands as `\u` escapes.
 */
export class JsonReporter implements Reporter {
  readonly #setup: ReporterSetup;
  readonly #run = new RunMemory();
  readonly #lastMs = new Map<Event['type'], number>();
  /** Progress that came too soon after the last. */
  readonly #held = new Map<Event['type'], Event>();

  constructor(setup: ReporterSetup) {
    this.#setup = setup;
  }

  report(event: Event): void {
    this.#run.remember(event);
    if (this.#setup.quiet && !isResult(event)) return;
    if (event.type.endsWith('.progress')) {
      this.#reportAtPace(event);
      return;
    }
    this.#tellHeld();
    this.#write(event);
  }

  status(): void {
    const { progress, slug, step } = this.#run;
    const { download, encode, upload, outage } = progress;
    this.#write({
      type: 'status',
      step,
      ...(slug === '' ? {} : { slug }),
      ...(download === undefined ? {} : { download: downloadStatus(download) }),
      ...(encode === undefined ? {} : { encode: encodeStatus(encode) }),
      ...(upload === undefined ? {} : { upload: uploadStatus(upload) }),
      ...(outage === undefined ? {} : { outage: outageStatus(outage) }),
    });
  }

  close(): void {
    this.#tellHeld();
  }

  /** Tells the progress that was held back. */
  #tellHeld(): void {
    for (const event of this.#held.values()) this.#write(event);
    this.#held.clear();
  }

  #reportAtPace(event: Event): void {
    const nowMs = this.#setup.now();
    const lastMs = this.#lastMs.get(event.type);
    const intervalMs = this.#setup.progressIntervalMs ?? PROGRESS_INTERVAL_MS;
    if (lastMs !== undefined && nowMs - lastMs < intervalMs) {
      this.#held.set(event.type, event);
      return;
    }
    this.#held.delete(event.type);
    this.#lastMs.set(event.type, nowMs);
    this.#write(event);
  }

  #write(event: Event | StatusEvent): void {
    const line: EventLine = { v: 1, t: new Date(this.#setup.now()).toISOString(), ...event };
    this.#setup.stdout.write(`${JSON.stringify(line).replace(UNPRINTABLE, escaped)}\n`);
  }
}

function downloadStatus(event: EventOf<'download.progress'>): StatusEvent['download'] {
  const { doneBytes, totalBytes, bytesPerSecond } = event;
  return { doneBytes, totalBytes, bytesPerSecond };
}

function encodeStatus({
  doneMs,
  totalMs,
  speed,
  etaMs,
}: EventOf<'encode.progress'>): StatusEvent['encode'] {
  return { doneMs, totalMs, speed, ...(etaMs === undefined ? {} : { etaMs }) };
}

function uploadStatus(event: EventOf<'upload.progress'>): StatusEvent['upload'] {
  const { doneBytes, totalBytes, bytesPerSecond, retries } = event;
  return { doneBytes, totalBytes, bytesPerSecond, retries };
}

function outageStatus({ forMs, giveUpAfterMs }: EventOf<'outage'>): StatusEvent['outage'] {
  return { forMs, giveUpAfterMs };
}

/** `\u202e`, both halves of a pair. */
function escaped(char: string): string {
  return char
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
