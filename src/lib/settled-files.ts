/** A file as a look at a folder shows it. */
export type SeenFile = Readonly<{ path: string; bytes: number; modifiedAtMs: number }>;

/**
 * Which files of a folder have come to rest: those that kept size and time for `settleMs`, from one look
 * to the next. A copy that is still growing, or that is begun anew, waits again from there.
 */
export class SettledFiles {
  readonly #settleMs: number;
  #waiting = new Map<string, Readonly<{ stamp: string; sinceMs: number }>>();

  constructor(settleMs: number) {
    this.#settleMs = settleMs;
  }

  /** Those at rest among `files`, which is all that is there now, in their order. */
  look(files: readonly SeenFile[], nowMs: number): readonly SeenFile[] {
    const before = this.#waiting;
    this.#waiting = new Map(
      files.map((file) => {
        const stamp = stampOf(file);
        const known = before.get(file.path);
        return [file.path, known?.stamp === stamp ? known : { stamp, sinceMs: nowMs }];
      }),
    );
    return files.filter(({ path, bytes }) => {
      const { sinceMs = nowMs } = this.#waiting.get(path) ?? {};
      return bytes > 0 && nowMs - sinceMs >= this.#settleMs;
    });
  }
}

/** The same for a file that has not changed. */
export function stampOf({ bytes, modifiedAtMs }: SeenFile): string {
  return `${bytes}:${Math.trunc(modifiedAtMs)}`;
}
