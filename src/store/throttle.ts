const FEWEST = 2;
const SUCCESSES_FOR_ONE_MORE = 50;

/**
 * How many uploads at once, by additive increase and multiplicative decrease: halved when the store is
 * busy or times out, one more for every 50 successes, from 2 up to the limit that was asked for
 * (storage-delivery.md §2.3). On a slow line that is what ends time-outs: fewer share it.
 */
export class Throttle {
  readonly #most: number;
  #limit: number;
  #cuts = 0;
  #successes = 0;

  constructor(most: number) {
    this.#most = most;
    this.#limit = most;
  }

  get limit(): number {
    return this.#limit;
  }

  /** To be kept with each try, for `busy`. */
  get cuts(): number {
    return this.#cuts;
  }

  /**
   * `cutsAtStart`: the value of `cuts` when the try began. Sixteen that meet one busy moment are one
   * sign, not sixteen: what began before the last cut does not cut again.
   */
  busy(cutsAtStart: number): void {
    if (cutsAtStart < this.#cuts) return;
    this.#cuts += 1;
    this.#successes = 0;
    this.#limit = Math.max(Math.min(FEWEST, this.#most), Math.floor(this.#limit / 2));
  }

  succeeded(): void {
    this.#successes += 1;
    if (this.#successes < SUCCESSES_FOR_ONE_MORE) return;
    this.#successes = 0;
    this.#limit = Math.min(this.#most, this.#limit + 1);
  }
}
