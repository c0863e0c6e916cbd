import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

/**
 * Stands between lib-storage and the client, and gives it what it lacks: an abort that reaches parts in
 * flight, Content-MD5 for each part, one failure that ends all, and a clean-up that is waited for
 * (storage-delivery.md §0.6).
 */
export class PartClient {
  firstFailure: unknown;
  readonly #client: S3Client;
  readonly #own: AbortController;
  readonly #beforeComplete: () => void;
  readonly #md5s: Buffer[] = [];

  constructor(client: S3Client, own: AbortController, beforeComplete: () => void) {
    this.#client = client;
    this.#own = own;
    this.#beforeComplete = beforeComplete;
  }

  /** lib-storage uses these two members of a client and no others, unless the body fits one part. */
  asClient(): S3Client {
    const send = (command: Parameters<S3Client['send']>[0]) => this.#send(command);
    return { config: this.#client.config, send } as unknown as S3Client;
  }

  /** MD5 of the parts' MD5s, and their number. R2 has this rule too, since June 2023. */
  compositeEtag(): string {
    const md5 = createHash('md5').update(Buffer.concat(this.#md5s)).digest('hex');
    return `${md5}-${this.#md5s.length}`;
  }

  async #send(command: Parameters<S3Client['send']>[0]): Promise<unknown> {
    if (command instanceof AbortMultipartUploadCommand) return this.#cleanUp(command);
    try {
      this.#prepare(command);
      // Creating is not cut off: it would leave an upload whose id nobody knows.
      const isCreate = command instanceof CreateMultipartUploadCommand;
      return await this.#client.send(command, isCreate ? {} : { abortSignal: this.#own.signal });
    } catch (error) {
      this.firstFailure ??= error;
      this.#own.abort(error);
      throw error;
    }
  }

  #prepare(command: Parameters<S3Client['send']>[0]): void {
    if (command instanceof CompleteMultipartUploadCommand) this.#beforeComplete();
    if (!(command instanceof UploadPartCommand)) return;
    const md5 = createHash('md5')
      .update(command.input.Body as Uint8Array)
      .digest();
    command.input.ContentMD5 = md5.toString('base64');
    this.#md5s[(command.input.PartNumber ?? 1) - 1] = md5;
  }

  /** Ours to be patient with, but briefly: Ctrl-C waits for it. R2 removes what is left after 7 days. */
  async #cleanUp(command: AbortMultipartUploadCommand): Promise<unknown> {
    const send = this.#client.send(command, { abortSignal: AbortSignal.timeout(4_000) });
    return send.catch(() => ({}));
  }
}
