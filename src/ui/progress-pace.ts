type Moment = Readonly<{ percent: number; atMs: number }>;

/**
 * When a line about progress is due: after an interval, or ten points further, but not more often than
 * six times in the interval, so that a short film does not fill the log. The first moment of a kind
 * only starts its clock.
 */
export class ProgressPace {
  readonly #intervalMs: number;
  readonly #last = new Map<string, Moment>();

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  isDue(kind: string, { percent, atMs }: Moment): boolean {
    const last = this.#last.get(kind);
    const elapsedMs = atMs - (last?.atMs ?? atMs);
    const isFar = percent - (last?.percent ?? percent) >= 10 && elapsedMs >= this.#intervalMs / 6;
    const isDue = elapsedMs >= this.#intervalMs || isFar;
    if (last === undefined || isDue) this.#last.set(kind, { percent, atMs });
    return last !== undefined && isDue;
  }

  reset(): void {
    this.#last.clear();
  }
}
