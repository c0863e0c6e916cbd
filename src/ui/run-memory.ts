import type { Event } from '../model/event.ts';
import { fileName } from './printable.ts';
import type { Progress } from './progress-lines.ts';

/** Keeps of what was told what `status` needs: which film, at which stage, how far. */
export class RunMemory {
  #progress: Progress = {};
  #slug = '';
  #step = 'starting';

  remember(event: Event): void {
    if (event.type === 'film.start') this.#slug = fileName(event.file);
    if (event.type === 'planned' || event.type === 'saved') this.#slug = event.slug;
    if (event.type === 'step') this.#step = event.step;
    if (event.type === 'download.progress') this.#progress = { ...this.#progress, download: event };
    if (event.type === 'downloaded') this.#progress = { ...this.#progress, download: undefined };
    if (event.type === 'encode.progress') this.#progress = { ...this.#progress, encode: event };
    if (event.type === 'upload.progress') this.#progress = { ...this.#progress, upload: event };
    if (event.type === 'outage') {
      this.#progress = { ...this.#progress, outage: event.isOver ? undefined : event };
    }
    if (event.type === 'encoded') this.#progress = { ...this.#progress, encode: undefined };
    if (event.type === 'uploaded') this.#progress = { ...this.#progress, upload: undefined };
    if (endsFilm(event)) this.#progress = {};
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** Of the film at work, once planned; its file's name before, where there are several. */
  get slug(): string {
    return this.#slug;
  }

  get step(): string {
    return this.#step;
  }
}

/** What belongs to the film before is over. */
export function endsFilm({ type }: Event): boolean {
  return type === 'film.start' || type === 'result' || type === 'error';
}
