import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { BegunPart, BegunUpload } from './begun-upload.ts';
import { plainEtag } from './s3-answers.ts';
import { StoreFailure } from './store-failure.ts';

export type PartOptions = Readonly<{
  /** Ends what is in flight. */
  own: AbortController;
  /** Asked when all parts are sent; throws where they are not to become an object. */
  beforeComplete: () => void;
  /** What is cut off stays, for the next to go on with. */
  isKept: boolean;
  /** To go on with; another one is begun otherwise. */
  begun: BegunUpload | undefined;
}>;

/**
 * Stands between lib-storage and the client, and gives it what it lacks: an abort that reaches parts in
 * flight, Content-MD5 for each part, one failure that ends all, and a clean-up that is waited for
 * (storage-delivery.md §0.6).
 */
export class PartClient {
  firstFailure: unknown;
  readonly #client: S3Client;
  readonly #options: PartOptions;
  readonly #md5s: Buffer[] = [];

  constructor(client: S3Client, options: PartOptions) {
    this.#client = client;
    this.#options = options;
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
    const { own, isKept, begun } = this.#options;
    if (command instanceof AbortMultipartUploadCommand) {
      return isKept && !isRefused(this.firstFailure) ? {} : this.#cleanUp(command);
    }
    try {
      this.#prepare(command);
      if (begun !== undefined && command instanceof CreateMultipartUploadCommand) {
        return { UploadId: begun.id };
      }
      const sent = command instanceof UploadPartCommand && this.#sentBefore(command);
      if (sent) return { ETag: sent.etag };
      // Creating is not cut off: it would leave an upload whose id nobody knows.
      const isCreate = command instanceof CreateMultipartUploadCommand;
      return await this.#client.send(command, isCreate ? {} : { abortSignal: own.signal });
    } catch (error) {
      this.firstFailure ??= error;
      own.abort(error);
      throw error;
    }
  }

  #prepare(command: Parameters<S3Client['send']>[0]): void {
    if (command instanceof CompleteMultipartUploadCommand) this.#options.beforeComplete();
    if (!(command instanceof UploadPartCommand)) return;
    const md5 = createHash('md5')
      .update(command.input.Body as Uint8Array)
      .digest();
    command.input.ContentMD5 = md5.toString('base64');
    this.#md5s[(command.input.PartNumber ?? 1) - 1] = md5;
  }

  /**
   * A part that was stored was compared with its MD5 then. Its ETag is that MD5 at S3 and most others; where
   * it is none, its size must do, as the key is of one content, and the whole is compared at the end.
   */
  #sentBefore({ input }: UploadPartCommand): BegunPart | undefined {
    const number = input.PartNumber ?? 1;
    const part = this.#options.begun?.parts.get(number);
    const { byteLength } = input.Body as Uint8Array;
    if (part?.bytes !== byteLength) return undefined;
    const etag = plainEtag(part.etag) ?? '';
    const isSame = !/^[0-9a-f]{32}$/.test(etag) || etag === this.#md5s[number - 1]?.toString('hex');
    return isSame ? part : undefined;
  }

  /** Ours to be patient with, but briefly: Ctrl-C waits for it. R2 removes what is left after 7 days. */
  async #cleanUp(command: AbortMultipartUploadCommand): Promise<unknown> {
    const send = this.#client.send(command, { abortSignal: AbortSignal.timeout(4_000) });
    return send.catch(() => ({}));
  }
}

/** These parts are no use, this time or the next: the service does not take them, or they are not the body. */
function isRefused(failure: unknown): boolean {
  if (failure instanceof StoreFailure) return true;
  const status = (failure as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata
    ?.httpStatusCode;
  return status === 400 || status === 404;
}
