import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { cleanText } from '../lib/clean-text.ts';
import type {
  CopyRequest,
  ListedObject,
  ListOptions,
  ObjectHeaders,
  OpenUpload,
  PartRequest,
  PutRequest,
  ReplaceRequest,
  StandingObject,
  Store,
  StoredObject,
  StoreOptions,
} from '../model/store.ts';
import { arrivedDamaged, readDamaged } from './arrived-damaged.ts';
import { type BegunUpload, readBegunUpload } from './begun-upload.ts';
import { bodyBytes, readBody } from './body.ts';
import { checkKey } from './check-key.ts';
import { explainS3Error } from './explain-s3-error.ts';
import { SINGLE_PUT_MAX_BYTES } from './part-size.ts';
import { type BucketSettings, PROVIDERS } from './providers.ts';
import {
  nextPage,
  plainEtag,
  unlessNoSuchKey,
  unlessNoSuchUpload,
  unlessNotAsSeen,
} from './s3-answers.ts';
import { createS3Client, type S3ClientOptions } from './s3-client.ts';
import { sendInParts } from './send-in-parts.ts';
import { isPermanentFailure } from './store-failure.ts';

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

  constructor(settings: BucketSettings, options: S3ClientOptions) {
    this.name = `${PROVIDERS[settings.kind].label} ${settings.bucket}`;
    this.kind = settings.kind;
    this.bucket = settings.bucket;
    this.publicBaseUrl = settings.publicBaseUrl;
    this.#settings = settings;
    this.#client = createS3Client(settings, options);
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
      if (md5 !== undefined && md5 !== md5Hex(body)) throw readDamaged(key);
      return body;
    });
  }

  async replace(
    request: ReplaceRequest,
    { signal }: StoreOptions,
  ): Promise<StoredObject | undefined> {
    const { key, seen, demandHeld } = request;
    checkKey(key);
    const doing = `write ${key}`;
    const condition = seen === undefined ? { IfNoneMatch: '*' } : { IfMatch: seen };
    const isAsSeen = async () => (await this.look(key, { signal }))?.etag === seen;
    if (!PROVIDERS[this.kind].hasConditionalPut) {
      if (!(await isAsSeen())) return undefined;
      await demandHeld();
      return this.#run(doing, signal, () => this.#putWhole(request, signal));
    }
    await demandHeld();
    const stored = await this.#run(doing, signal, () =>
      this.#putWhole(request, signal, condition).catch(unlessNotAsSeen),
    );
    // Ceph's gateway refuses an If-Match that holds (storage-delivery.md §5.1).
    if (stored !== undefined || !(await isAsSeen())) return stored;
    await demandHeld();
    return this.#run(doing, signal, () => this.#putWhole(request, signal));
  }

  async look(key: string, { signal }: StoreOptions): Promise<StandingObject | undefined> {
    return this.#run(`look at ${shownKey(key)}`, signal, async () => {
      const command = new HeadObjectCommand({ Bucket: this.bucket, Key: key });
      const head = await this.#client.send(command, until(signal)).catch(unlessNoSuchKey);
      if (head?.ETag === undefined) return undefined;
      this.#noteEncryption(head);
      return {
        bytes: head.ContentLength ?? 0,
        md5: this.#md5From(head.ETag),
        etag: head.ETag,
        modifiedAtMs: head.LastModified?.getTime() ?? 0,
      };
    });
  }

  async readPart(request: PartRequest, { signal }: StoreOptions): Promise<Buffer | undefined> {
    const { key, etag, from, to } = request;
    return this.#run(`read ${shownKey(key)}`, signal, async () => {
      const command = new GetObjectCommand({
        Bucket: this.bucket,
        Key: key,
        Range: `bytes=${from}-${to - 1}`,
        IfMatch: etag,
      });
      const answer = await this.#client.send(command, until(signal)).catch(unlessNotAsSeen);
      // Who ignores If-Match tells by the answer's own ETag.
      if (answer?.Body === undefined || answer.ETag !== etag) return undefined;
      const body = Buffer.from(await answer.Body.transformToByteArray());
      if (body.length !== to - from) throw readDamaged(shownKey(key));
      return body;
    });
  }

  async copy(request: CopyRequest, { signal }: StoreOptions): Promise<StoredObject | undefined> {
    const { from, key, bytes, md5 } = request;
    checkKey(key);
    return this.#run(`copy ${from}`, signal, async () => {
      const command = new CopyObjectCommand({
        Bucket: this.bucket,
        Key: key,
        CopySource: `${this.bucket}/${from}`,
        CopySourceIfMatch: `"${md5}"`,
      });
      const answer = await this.#client.send(command, until(signal)).catch(unlessNotAsSeen);
      if (answer === undefined) return undefined;
      this.#noteEncryption(answer);
      return this.#md5From(answer.CopyObjectResult?.ETag) === md5 ? { key, bytes, md5 } : undefined;
    });
  }

  async *list(prefix: string, { signal, after }: ListOptions): AsyncGenerator<ListedObject> {
    let next: string | undefined;
    do {
      const command = new ListObjectsV2Command({
        Bucket: this.bucket,
        Prefix: prefix,
        ContinuationToken: next,
        StartAfter: after,
      });
      const page = await this.#run(`list ${prefix || 'the bucket'}`, signal, () =>
        this.#client.send(command, until(signal)),
      );
      for (const { Key: key, Size: bytes, ETag, LastModified } of page.Contents ?? []) {
        if (key === undefined || bytes === undefined) continue;
        yield { key, bytes, md5: this.#md5From(ETag), modifiedAtMs: LastModified?.getTime() ?? 0 };
      }
      next = nextPage(page, { prefix, token: next });
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

  async headers(
    key: string,
    { signal }: StoreOptions,
  ): Promise<Partial<ObjectHeaders> | undefined> {
    checkKey(key);
    return this.#run(`look at ${key}`, signal, async () => {
      const command = new HeadObjectCommand({ Bucket: this.bucket, Key: key });
      const head = await this.#client.send(command, until(signal)).catch(unlessNoSuchKey);
      if (head === undefined) return undefined;
      return {
        ...(head.ContentType === undefined ? {} : { contentType: head.ContentType }),
        ...(head.CacheControl === undefined ? {} : { cacheControl: head.CacheControl }),
      };
    });
  }

  /** A copy onto itself: S3 has no other way to change headers. */
  async relabel(key: string, headers: ObjectHeaders, { signal }: StoreOptions): Promise<void> {
    checkKey(key);
    const command = new CopyObjectCommand({
      Bucket: this.bucket,
      Key: key,
      CopySource: `${this.bucket}/${key}`,
      MetadataDirective: 'REPLACE',
      ContentType: headers.contentType,
      CacheControl: headers.cacheControl,
    });
    await this.#run(`relabel ${key}`, signal, () => this.#client.send(command, until(signal)));
  }

  async *openUploads(prefix: string, { signal }: StoreOptions): AsyncGenerator<OpenUpload> {
    let after: Readonly<{ KeyMarker?: string; UploadIdMarker?: string }> | undefined = {};
    while (after !== undefined) {
      const command: ListMultipartUploadsCommand = new ListMultipartUploadsCommand({
        Bucket: this.bucket,
        Prefix: prefix,
        ...after,
      });
      const page = await this.#run(`list the unfinished uploads of ${prefix}`, signal, () =>
        this.#client.send(command, until(signal)),
      );
      for (const { Key: key, UploadId: id, Initiated } of page.Uploads ?? []) {
        if (key === undefined || id === undefined) continue;
        yield { key, id, startedAtMs: Initiated?.getTime() ?? 0 };
      }
      const { NextKeyMarker, NextUploadIdMarker } = page;
      after =
        page.IsTruncated === true && NextKeyMarker !== undefined
          ? {
              KeyMarker: NextKeyMarker,
              ...(NextUploadIdMarker && { UploadIdMarker: NextUploadIdMarker }),
            }
          : undefined;
    }
  }

  async abortUpload({ key, id }: OpenUpload, { signal }: StoreOptions): Promise<void> {
    const command = new AbortMultipartUploadCommand({
      Bucket: this.bucket,
      Key: key,
      UploadId: id,
    });
    await this.#run(`take back the unfinished upload of ${key}`, signal, () =>
      this.#client.send(command, until(signal)).catch(unlessNoSuchUpload),
    );
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

  async #putWhole(
    request: PutRequest,
    signal: AbortSignal | undefined,
    condition: Readonly<{ IfMatch?: string; IfNoneMatch?: string }> = {},
  ): Promise<StoredObject> {
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
      ...condition,
    });
    const answer = await this.#client.send(command, until(signal));
    await this.#confirm({ key, bytes: body.byteLength, etag: md5, answer, signal });
    return { key, bytes: body.byteLength, md5 };
  }

  async #putInParts(request: PutRequest, signal: AbortSignal | undefined): Promise<StoredObject> {
    const { key } = request;
    const begun = request.isGoneOnWith === true ? await this.#begunUpload(key, signal) : undefined;
    const { bytes, md5, etag, answer } = await sendInParts(request, {
      client: this.#client,
      bucket: this.bucket,
      begun,
      signal,
    });
    await this.#confirm({ key, bytes, etag, answer, signal });
    return { key, bytes, md5 };
  }

  /** The latest; there may be one of each machine that was cut off. */
  async #begunUpload(
    key: string,
    signal: AbortSignal | undefined,
  ): Promise<BegunUpload | undefined> {
    const uploads: OpenUpload[] = [];
    for await (const upload of this.openUploads(key, { signal })) {
      if (upload.key === key) uploads.push(upload);
    }
    const latest = uploads.toSorted((a, b) => a.startedAtMs - b.startedAtMs).at(-1);
    return latest && readBegunUpload(this.#client, latest, { bucket: this.bucket, signal });
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
        // The SDK has just learnt the server's time from this answer; sent again, it is right. By its word
        // and not by the error's name, as the refusal of a HEAD has none.
        if (error?.$metadata?.clockSkewCorrected === true) return work();
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

function until(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

/** One that is of others may hold anything. */
function shownKey(key: string): string {
  return cleanText(key, { maxLength: 200 });
}

function md5Hex(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

function hexToBase64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}
