import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { PutRequest, Store, StoredObject, StoreOptions } from '../model/store.ts';
import { type Body, bodyBytes, bodyChunks, readBody } from './body.ts';
import { checkKey } from './check-key.ts';
import { explainS3Error } from './explain-s3-error.ts';
import { partSize, SINGLE_PUT_MAX_BYTES } from './part-size.ts';
import { type BucketSettings, PROVIDERS } from './providers.ts';
import { isPermanentFailure, StoreFailure } from './store-failure.ts';

export type S3Options = Readonly<{
  /** Objects in flight that the caller means to have. */
  concurrency: number;
  /** Until a connection stands. */
  connectTimeoutMs?: number;
  /** Without a byte in either direction. */
  idleTimeoutMs?: number;
}>;

const PARTS_IN_FLIGHT = 4;
const DELETE_AT_ONCE = 1_000; // S3's and R2's limit for one DeleteObjects

/**
 * R2, B2 or any S3 server. Sends each request once: patience is `retry.ts`. Asks only for what a key
 * for reading and writing one bucket may do: never ListBuckets, CreateBucket or HeadBucket.
 */
export class S3Store implements Store {
  readonly name: string;
  readonly kind: BucketSettings['kind'];
  readonly bucket: string;
  readonly publicBaseUrl: string;
  readonly #settings: BucketSettings;
  readonly #client: S3Client;
  /** False as soon as an answer shows encryption with KMS or customer keys: ETags are then no MD5s. */
  #etagsAreMd5 = true;

  constructor(settings: BucketSettings, options: S3Options) {
    this.name = `${PROVIDERS[settings.kind].label} ${settings.bucket}`;
    this.kind = settings.kind;
    this.bucket = settings.bucket;
    this.publicBaseUrl = settings.publicBaseUrl;
    this.#settings = settings;
    this.#client = createClient(settings, options);
  }

  async put(request: PutRequest, { signal }: StoreOptions): Promise<StoredObject> {
    checkKey(request.key);
    const isSingle = bodyBytes(request.body) <= SINGLE_PUT_MAX_BYTES;
    return this.#run(`write ${request.key}`, signal, () =>
      isSingle ? this.#putWhole(request, signal) : this.#putInParts(request, signal),
    );
  }

  async get(key: string, { signal }: StoreOptions): Promise<Buffer | undefined> {
    checkKey(key);
    return this.#run(`read ${key}`, signal, async () => {
      const command = new GetObjectCommand({ Bucket: this.bucket, Key: key });
      const answer = await this.#client.send(command, until(signal)).catch(unlessNoSuchKey);
      if (answer?.Body === undefined) return undefined;
      const body = Buffer.from(await answer.Body.transformToByteArray());
      this.#noteEncryption(answer);
      const md5 = this.#md5From(answer.ETag);
      if (md5 !== undefined && md5 !== md5Hex(body)) throw arrivedDamaged(`${key} as read`);
      return body;
    });
  }

  async *list(prefix: string, { signal }: StoreOptions): AsyncGenerator<StoredObject> {
    let next: string | undefined;
    do {
      const command = new ListObjectsV2Command({
        Bucket: this.bucket,
        Prefix: prefix,
        ContinuationToken: next,
      });
      const page = await this.#run(`list ${prefix || 'the bucket'}`, signal, () =>
        this.#client.send(command, until(signal)),
      );
      for (const { Key: key, Size: bytes, ETag } of page.Contents ?? []) {
        if (key === undefined || bytes === undefined) continue;
        yield { key, bytes, md5: this.#md5From(ETag) };
      }
      next = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (next !== undefined);
  }

  async remove(keys: readonly string[], { signal }: StoreOptions): Promise<void> {
    for (const key of keys) checkKey(key);
    for (let first = 0; first < keys.length; first += DELETE_AT_ONCE) {
      const some = keys.slice(first, first + DELETE_AT_ONCE);
      const doing = some.length === 1 ? `delete ${some[0]}` : `delete ${some.length} objects`;
      await this.#run(doing, signal, () => this.#removeSome(some, signal));
    }
  }

  isPermanent(error: unknown): boolean {
    return isPermanentFailure(error);
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  async #removeSome(keys: readonly string[], signal: AbortSignal | undefined): Promise<void> {
    const objects = keys.map((key) => ({ Key: key }));
    const answer = await this.#client.send(
      new DeleteObjectsCommand({ Bucket: this.bucket, Delete: { Objects: objects, Quiet: true } }),
      until(signal),
    );
    const failed = answer.Errors?.find(({ Code }) => Code !== 'NoSuchKey');
    if (failed === undefined) return;
    // Said inside a 200: made to look like any other refusal, so that one table explains both.
    throw Object.assign(new Error(failed.Message ?? failed.Code), {
      name: failed.Code ?? 'InternalError',
      $metadata: { httpStatusCode: failed.Code === 'AccessDenied' ? 403 : 500 },
    });
  }

  async #putWhole(request: PutRequest, signal: AbortSignal | undefined): Promise<StoredObject> {
    const { key, contentType, cacheControl } = request;
    // A Buffer even for a file: stream bodies are neither signed nor hashed (storage-delivery.md §1.3).
    const body = await readBody(request.body, signal);
    const md5 = request.md5 ?? md5Hex(body);
    const command = new PutObjectCommand({
      Bucket: this.bucket,
      Key: key,
      Body: body,
      ContentMD5: hexToBase64(md5),
      ContentType: contentType,
      CacheControl: cacheControl,
    });
    const answer = await this.#client.send(command, until(signal));
    await this.#confirm({ key, bytes: body.byteLength, etag: md5, answer, signal });
    return { key, bytes: body.byteLength, md5 };
  }

  /**
   * lib-storage with a client of our own in front (`partClient`), because by itself it sends parts
   * without an abort signal, answers an abort before the parts and the clean-up are through, and goes
   * on with the other parts when one has failed (storage-delivery.md §0.6). `done()` here rejects only
   * after AbortMultipartUpload was answered, so that no orphan stays, and nothing of an aborted or
   * failed object becomes visible.
   */
  async #putInParts(request: PutRequest, signal: AbortSignal | undefined): Promise<StoredObject> {
    const { key, contentType, cacheControl } = request;
    const bytes = bodyBytes(request.body);
    const own = new AbortController();
    const stop = () => own.abort(signal?.reason);
    signal?.addEventListener('abort', stop, { once: true });
    const body = new HashedBody(request.body, own.signal);
    const parts = new PartClient(this.#client, own, () => body.check(request.md5));
    try {
      const upload = new Upload({
        client: parts.asClient(),
        partSize: partSize(bytes),
        queueSize: PARTS_IN_FLIGHT,
        params: {
          Bucket: this.bucket,
          Key: key,
          Body: body.content,
          ContentType: contentType,
          CacheControl: cacheControl,
        },
      });
      const answer = await upload.done();
      await this.#confirm({ key, bytes, etag: parts.compositeEtag(), answer, signal });
      return { key, bytes, md5: body.md5() };
    } catch (error) {
      throw parts.firstFailure ?? error;
    } finally {
      signal?.removeEventListener('abort', stop);
      body.close();
    }
  }

  /** The store must have what was sent. RGW gives no ETag after parts, so then it is asked. */
  async #confirm(sent: SentObject): Promise<void> {
    this.#noteEncryption(sent.answer);
    let etag = plainEtag(sent.answer.ETag);
    if (etag === undefined) {
      const command = new HeadObjectCommand({ Bucket: this.bucket, Key: sent.key });
      const head = await this.#client.send(command, until(sent.signal));
      this.#noteEncryption(head);
      if (head.ContentLength !== sent.bytes) throw arrivedDamaged(sent.key);
      etag = plainEtag(head.ETag);
    }
    if (etag === undefined || !this.#etagsAreMd5) return;
    if (etag !== sent.etag) throw arrivedDamaged(sent.key);
  }

  #noteEncryption(answer: Encryption): void {
    const usesKms = answer.ServerSideEncryption?.startsWith('aws:kms') ?? false;
    if (usesKms || answer.SSECustomerAlgorithm !== undefined) this.#etagsAreMd5 = false;
  }

  #md5From(etag: string | undefined): string | undefined {
    const plain = plainEtag(etag);
    return this.#etagsAreMd5 && plain !== undefined && /^[0-9a-f]{32}$/.test(plain)
      ? plain
      : undefined;
  }

  async #run<T>(
    doing: string,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    try {
      return await work().catch((error) => {
        // The SDK has just learnt the server's time from this answer; sent again, it is right.
        if (error instanceof Error && error.name === 'RequestTimeTooSkewed') return work();
        throw error;
      });
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw explainS3Error(error, { settings: this.#settings, doing });
    }
  }
}

type Encryption = Readonly<{
  ServerSideEncryption?: string | undefined;
  SSECustomerAlgorithm?: string | undefined;
}>;

type SentObject = Readonly<{
  key: string;
  bytes: number;
  /** As it must be when ETags are MD5s. */
  etag: string;
  answer: Encryption & Readonly<{ ETag?: string | undefined }>;
  signal: AbortSignal | undefined;
}>;

/** storage-delivery.md §2.2; each switch has cost somebody a day. */
function createClient(settings: BucketSettings, options: S3Options): S3Client {
  // biome-ignore lint/style/noProcessEnv: written, not read; the SDK's only switch for its Node 20 warning, which cron would mail every night
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const { accessKeyId, secretAccessKey } = settings;
  const agent = { keepAlive: true, maxSockets: PARTS_IN_FLIGHT * options.concurrency + 8 };
  const client = new S3Client({
    endpoint: settings.endpoint,
    region: settings.region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: PROVIDERS[settings.kind].forcePathStyle,
    // Nothing in AWS_* or ~/.aws may change where and how we send.
    defaultsMode: 'standard',
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    useArnRegion: false,
    disableS3ExpressSessionAuth: true,
    authSchemePreference: [],
    sigv4aSigningRegionSet: [],
    userAgentAppId: '',
    // R2 and B2 do not take the newer checksum headers; Content-MD5 does the same everywhere.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // R2 does not answer 100: each PUT from 2 MiB on would wait 6 s and open a connection of its own.
    expectContinueHeader: false,
    // The SDK's own retries stop after about 35 in all (storage-delivery.md §0.3): patience is retry.ts.
    retryMode: 'standard',
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: options.connectTimeoutMs ?? 10_000,
      socketTimeout: options.idleTimeoutMs ?? 60_000, // none by default: a silent server hangs us for ever
      httpAgent: agent,
      httpsAgent: agent,
    },
  });
  useMd5Checksums(client);
  return client;
}

/**
 * DeleteObjects must carry a checksum, and the SDK sends CRC32 even with WHEN_REQUIRED, which B2
 * refuses: it becomes Content-MD5. Added by step, since `addRelativeTo` throws on commands without the
 * checksum middleware; `build` and low is after the checksum and before the signature.
 */
function useMd5Checksums(client: S3Client): void {
  type Request = { headers: Record<string, string>; body?: string | Uint8Array };
  client.middlewareStack.add(
    (next) => async (args) => {
      const request = args.request as Request;
      const crcHeaders = Object.keys(request.headers).filter((name) =>
        /^x-amz-(checksum-|sdk-checksum-algorithm)/i.test(name),
      );
      for (const name of crcHeaders) delete request.headers[name];
      if (crcHeaders.length > 0 && request.body !== undefined) {
        const md5 = createHash('md5').update(request.body).digest('base64');
        request.headers['content-md5'] = md5;
      }
      return next(args);
    },
    { step: 'build', priority: 'low', name: 'md5Checksums' },
  );
}

/** A body whose MD5 is known once it was read to the end, whether it is a Buffer or a file. */
class HashedBody {
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

/** Stands between lib-storage and the client; see `#putInParts`. */
class PartClient {
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

function until(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

function unlessNoSuchKey(error: unknown): undefined {
  if (error instanceof NoSuchKey) return undefined;
  throw error;
}

function arrivedDamaged(what: string): StoreFailure {
  return new StoreFailure('damaged', 'store', {
    what: `${what} did not arrive unharmed`,
    why: 'its MD5 differs from that of the bytes that were sent',
    fix: 'Run the same command again. If it comes back, test the memory and the network of this machine.',
  });
}

function plainEtag(etag: string | undefined): string | undefined {
  return etag?.replace(/^W\//, '').replaceAll('"', '') || undefined;
}

function md5Hex(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

function hexToBase64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}
