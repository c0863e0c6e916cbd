import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { processActivity } from './process-activity.ts';
import type { Progress } from './progress.ts';

/** How an encode shows that it goes on, and what was seen of it last. */
export class EncodeSigns {
  readonly #folders: readonly string[];
  #progress = { frames: 0, doneMs: 0 };
  #seen = { frames: 0, doneMs: 0 };
  #files: string | undefined;
  #activity: string | undefined;
  /** Of the encoder; undefined before it runs. */
  group: number | undefined;

  constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  hear({ frames, doneMs }: Progress): void {
    this.#progress = { frames, doneMs };
  }

  /** How far the film is, as far as ffmpeg has said. */
  get doneMs(): number {
    return this.#progress.doneMs;
  }

  get hasBegun(): boolean {
    return this.#progress.frames > 0 || this.#progress.doneMs > 0;
  }

  /**
   * More pictures or film than at the last look; or, whatever it says, more on disk: a progress pipe
   * full of garbage is no reason to stop an encode whose segments grow.
   */
  async haveMoved(): Promise<boolean> {
    const { frames, doneMs } = this.#progress;
    const further = frames > this.#seen.frames || doneMs > this.#seen.doneMs;
    this.#seen = this.#progress;
    const files = await this.#look();
    const grown = this.#files !== undefined && files !== this.#files;
    this.#files = files;
    return further || grown;
  }

  /** Whether it has worked at all: opening a film over a slow line makes no pictures for a long time. */
  async areActive(): Promise<boolean> {
    if (this.group === undefined) return false;
    const activity = await processActivity(this.group);
    const changed = activity !== undefined && activity !== this.#activity;
    this.#activity = activity;
    return changed;
  }

  /** Number of files, and the sizes of those that are being written. */
  async #look(): Promise<string> {
    const parts = await Promise.all(
      this.#folders.map(async (folder) => {
        const names = await readdir(folder).catch(() => []);
        const unfinished = names.filter((name) => name.endsWith('.tmp'));
        const sizes = unfinished.map((name) => stat(join(folder, name)).catch(() => undefined));
        return [names.length, ...(await Promise.all(sizes)).map((it) => it?.size)].join(':');
      }),
    );
    return parts.join(' ');
  }
}
