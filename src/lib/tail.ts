/** The last `size` lines of a text that may be endless; each line is cut at 2,000 characters. */
export class Tail {
  readonly #size: number;
  readonly #lines: string[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  push(line: string): void {
    this.#lines.push(line.slice(0, 2_000));
    if (this.#lines.length > this.#size) this.#lines.shift();
  }

  get lines(): readonly string[] {
    return this.#lines;
  }
}
