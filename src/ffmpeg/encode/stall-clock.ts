/**
 * Measures for how long nothing has moved, asked at each tick. Only time in which this process was
 * awake counts: after the machine slept, or the whole group was halted, a tick comes late, and no more
 * than two ticks' worth of it is believed. Clocks that jump are of no matter as long as `nowMs` does not
 * go back (`performance.now`).
 */
export class StallClock {
  readonly #limitMs: number;
  readonly #tickMs: number;
  #lastMs: number;
  #idleMs = 0;

  constructor(
    limits: Readonly<{ limitMs: number; tickMs: number }>,
    nowMs: number = performance.now(),
  ) {
    this.#limitMs = limits.limitMs;
    this.#tickMs = limits.tickMs;
    this.#lastMs = nowMs;
  }

  /** True once the limit is reached. */
  tick(moved: boolean, nowMs: number = performance.now()): boolean {
    const elapsedMs = Math.min(nowMs - this.#lastMs, 2 * this.#tickMs);
    this.#lastMs = nowMs;
    this.#idleMs = moved ? 0 : this.#idleMs + elapsedMs;
    return this.#idleMs >= this.#limitMs;
  }
}
