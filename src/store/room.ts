type Waiting = Readonly<{
  bytes: number;
  resolve: () => void;
  reject: (reason: unknown) => void;
}>;

/** Room for so many objects and so many bytes at once, given in the order in which it was asked for. */
export class Room {
  readonly #maxObjects: () => number;
  readonly #maxBytes: number;
  readonly #waiting: Waiting[] = [];
  #objects = 0;
  #bytes = 0;

  /** `maxObjects` is asked each time, as it may change. */
  constructor(maxObjects: () => number, maxBytes: number) {
    this.#maxObjects = maxObjects;
    this.#maxBytes = maxBytes;
  }

  get objects(): number {
    return this.#objects;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Answers when there is room, which is then taken. Something too large for any room gets it all alone. */
  async enter(bytes: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ bytes, resolve, reject });
      this.#admit();
    });
  }

  leave(bytes: number): void {
    this.#objects -= 1;
    this.#bytes -= bytes;
    this.#admit();
  }

  /** Whoever waits now is sent away. */
  refuse(reason: unknown): void {
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const fits = this.#objects < this.#maxObjects() && this.#bytes + next.bytes <= this.#maxBytes;
      if (!fits && this.#objects > 0) return;
      this.#waiting.shift();
      this.#objects += 1;
      this.#bytes += next.bytes;
      next.resolve();
    }
  }
}
