import { ticksBetween, wrapTicks } from '../ticks.ts';

/** Earliest and latest time stamps of one stream in one segment. Right across the wrap of 33 bits. */
export class TimeSpan {
  /** All values are kept relative to the first DTS; undefined until there was one. */
  #base: number | undefined;
  #minPts = Number.POSITIVE_INFINITY;
  #maxPts = Number.NEGATIVE_INFINITY;
  #lastDts = Number.NEGATIVE_INFINITY;

  /** In stream order. Answers what is wrong as a text, else undefined. */
  add(pts: number, dts: number): string | undefined {
    this.#base ??= dts;
    const relativePts = ticksBetween(this.#base, pts);
    const relativeDts = ticksBetween(this.#base, dts);
    const isRising = relativeDts > this.#lastDts;
    this.#minPts = Math.min(this.#minPts, relativePts);
    this.#maxPts = Math.max(this.#maxPts, relativePts);
    this.#lastDts = Math.max(this.#lastDts, relativeDts);
    if (!isRising) return 'is not later in decoding time than the one before it';
    if (relativePts < relativeDts) return 'is shown before it is decoded';
    return undefined;
  }

  get facts(): { firstPts?: number; lastPts?: number; firstDts?: number; lastDts?: number } {
    if (this.#base === undefined) return {};
    return {
      firstPts: wrapTicks(this.#base + this.#minPts),
      lastPts: wrapTicks(this.#base + this.#maxPts),
      firstDts: this.#base,
      lastDts: wrapTicks(this.#base + this.#lastDts),
    };
  }
}
