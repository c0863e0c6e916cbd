import type { Event, EventOf } from '../model/event.ts';
import { differenceLines } from './difference-lines.ts';
import { errorLines } from './error-lines.ts';
import { factLines, type TextOptions } from './fact-lines.ts';
import { columnsOf } from './output.ts';
import { fileName } from './printable.ts';
import { type Progress, progressLine, progressLines } from './progress-lines.ts';
import type { Reporter, ReporterSetup } from './reporter.ts';
import { resultBlock, summaryLines } from './result-lines.ts';
import type { Tty } from './tty.ts';

/** What is left free for the shell and for what was said before, or the bars become one line. */
const SPARE_ROWS = 4;

const STEP_TEXTS: Readonly<Record<EventOf<'step'>['step'], string>> = {
  probe: 'Reading',
  download: 'Fetching the film',
  stage: 'Uploading the film to the inbox',
  loudness: 'Measuring how loud it is',
  plan: 'Planning',
  preflight: 'Checking tools, store, catalogue and disk',
  encode: 'Starting the encoder',
  check: 'Checking every segment',
  upload: 'Uploading',
  publish: 'Publishing',
  catalog: 'Writing the catalogue',
};

/** Spinners, bars and lasting lines on a terminal (cli-player-ux.md §4.1). */
export class TtyReporter implements Reporter {
  readonly #setup: ReporterSetup;
  readonly #tty: Tty;
  #progress: Progress = {};
  #step = 'Starting';
  /** Name of the film at work. */
  #film = '';

  constructor(setup: ReporterSetup, tty: Tty) {
    this.#setup = setup;
    this.#tty = tty;
  }

  report(event: Event): void {
    switch (event.type) {
      case 'film.start':
        this.#progress = {};
        this.#film = fileName(event.file);
        this.#tty.clear();
        this.#tty.print(factLines(event, this.#text));
        break;
      case 'step':
        this.#begin(event.step);
        break;
      case 'download.progress':
        this.#advance({ ...this.#progress, download: event });
        break;
      case 'encode.progress':
        this.#advance({ ...this.#progress, encode: event });
        break;
      case 'upload.progress':
        this.#advance({ ...this.#progress, upload: event });
        break;
      case 'outage':
        this.#tellOutage(event);
        break;
      case 'warning':
        this.#tty.print(factLines(event, this.#text));
        break;
      case 'damaged': // a warning or the error says it in words
        break;
      case 'result':
      case 'error':
      case 'summary':
        this.#end(event);
        break;
      case 'difference':
        this.#tty.clear();
        for (const line of differenceLines(event, this.#setup)) {
          this.#setup.stdout.write(`${line}\n`);
        }
        break;
      default:
        this.#establish(event);
    }
  }

  status(): void {
    const line = progressLine(this.#progress, this.#text.columns);
    this.#tty.print([line === '' ? this.#step : line]);
  }

  close(): void {
    this.#tty.close();
  }

  get #text(): TextOptions {
    const { stderr, paint, verbose } = this.#setup;
    return { columns: columnsOf(stderr), paint, verbose };
  }

  /** A stage of unknown length: a spinner, unless it is one that bars are about to show or show. */
  #begin(step: EventOf<'step'>['step']): void {
    this.#step = step === 'probe' ? `${STEP_TEXTS.probe} ${this.#film}` : STEP_TEXTS[step];
    const isShownByBars = step === 'download' || step === 'encode' || step === 'upload';
    if (isShownByBars && this.#tty.owner === 'bars') return;
    this.#spin();
  }

  /** An upload that still goes on while something else has the spinner is told beside it. */
  #spin(): void {
    const line = progressLine(this.#progress, this.#text.columns);
    this.#tty.spin(line === '' ? this.#step : `${this.#step} | ${line}`);
  }

  #advance(progress: Progress): void {
    this.#progress = progress;
    const shownByBars = [STEP_TEXTS.download, STEP_TEXTS.encode, STEP_TEXTS.upload];
    const isOtherStep = !shownByBars.includes(this.#step);
    if (this.#tty.owner === 'spinner' && isOtherStep) this.#spin();
    else this.#showBars();
  }

  /** Shown as long as it lasts; what stays is that it was. */
  #tellOutage(event: EventOf<'outage'>): void {
    this.#progress = { ...this.#progress, outage: event.isOver ? undefined : event };
    if (event.isOver) this.#tty.print(factLines(event, this.#text));
    if (this.#tty.owner === 'bars') this.#showBars();
    else this.#spin();
  }

  #showBars(): void {
    const { paint } = this.#setup;
    this.#tty.showBars(({ columns, rows }) => {
      const lines = progressLines(this.#progress, { columns, paint });
      return rows < lines.length + SPARE_ROWS ? [progressLine(this.#progress, columns)] : lines;
    });
  }

  /** A fact: what it ends goes, its line stays, and what still goes on comes back below it. */
  #establish(event: Event): void {
    if (event.type === 'downloaded') this.#progress = { ...this.#progress, download: undefined };
    if (event.type === 'encoded') this.#progress = { ...this.#progress, encode: undefined };
    if (event.type === 'uploaded') this.#progress = { ...this.#progress, upload: undefined };
    this.#tty.clear();
    this.#tty.print(factLines(event, this.#text));
    const { encode, upload } = this.#progress;
    if (encode !== undefined || upload !== undefined) this.#showBars();
  }

  #end(event: EventOf<'result'> | EventOf<'error'> | EventOf<'summary'>): void {
    this.#progress = {};
    this.#tty.clear();
    if (event.type === 'result') this.#printResult(event);
    else if (event.type === 'error') this.#tty.print(errorLines(event, this.#setup.paint));
    else this.#tty.print(summaryLines(event, this.#text));
  }

  /**
   * The URL goes to stdout. When stdout is a terminal too it is the block's own HLS line, so that
   * nobody sees the same URL twice.
   */
  #printResult(event: EventOf<'result'>): void {
    const { stdout } = this.#setup;
    const { before, hls, after } = resultBlock(event, this.#text);
    if (stdout.isTTY === true) {
      this.#tty.print(before);
      stdout.write(`${hls}\n`);
      this.#tty.print(after);
    } else {
      this.#tty.print([...before, hls, ...after]);
      stdout.write(`${event.hls_url}\n`);
    }
  }
}
