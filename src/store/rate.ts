const WINDOW_MS = 10_000;

/** How many bytes a second were stored during the last ten seconds. */
export class Rate {
  readonly #now: () => number;
  readonly #startedAt: number;
  #steps: readonly Readonly<{ at: number; bytes: number }>[] = [];

  /** `now` in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
    this.#startedAt = now();
  }

  add(bytes: number): void {
    const now = this.#now();
    const recent = this.#steps.filter(({ at }) => now - at < WINDOW_MS);
    this.#steps = [...recent, { at: now, bytes }];
  }

  perSecond(): number {
    const now = this.#now();
    const window = Math.min(WINDOW_MS, now - this.#startedAt);
    if (window <= 0) return 0;
    const bytes = this.#steps
      .filter(({ at }) => now - at < WINDOW_MS)
      .reduce((sum, step) => sum + step.bytes, 0);
    return (bytes * 1_000) / window;
  }
}
