/**
 * A queue between one who gives when there is something and one who takes with `for await`, which waits
 * for more until the end is told. What is given is kept until it is taken, so give what is small.
 */
export class Feed<Item> implements AsyncIterable<Item> {
  readonly #items: Item[] = [];
  #isEnded = false;
  #wake: () => void = () => {};

  add(item: Item): void {
    this.#items.push(item);
    this.#wake();
  }

  /** No more will come. Repeating it changes nothing. */
  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
    for (;;) {
      const [item] = this.#items.splice(0, 1);
      if (item !== undefined) yield item;
      else if (this.#isEnded) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
