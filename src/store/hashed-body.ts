import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { arrivedDamaged } from './arrived-damaged.ts';
import { type Body, bodyChunks } from './body.ts';

/** A body whose MD5 is known once it was read to the end, whether it is a Buffer or a file. */
export class HashedBody {
  readonly content: Buffer | Readable;
  readonly #hash = createHash('md5');
  #digest: string | undefined;

  constructor(body: Body, signal: AbortSignal) {
    if (Buffer.isBuffer(body)) {
      this.#hash.update(body);
      this.content = body;
    } else {
      this.content = Readable.from(this.#hashed(bodyChunks(body, signal)));
    }
  }

  async *#hashed(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.#hash.update(chunk);
      yield chunk;
    }
  }

  md5(): string {
    this.#digest ??= this.#hash.digest('hex');
    return this.#digest;
  }

  check(expected: string | undefined): void {
    if (expected !== undefined && expected !== this.md5()) throw arrivedDamaged('the body');
  }

  close(): void {
    if (this.content instanceof Readable) this.content.destroy();
  }
}
