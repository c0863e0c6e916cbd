import {
  ListPartsCommand,
  type ListPartsCommandOutput,
  type Part,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { OpenUpload } from '../model/store.ts';
import { unlessNoSuchUpload } from './s3-answers.ts';

/** `etag` as the service wrote it, quotes and all: it wants it back like this. */
export type BegunPart = Readonly<{ etag: string; bytes: number }>;

/** An upload in parts that was cut off, and the parts that the service has of it, by number. */
export type BegunUpload = Readonly<{ id: string; parts: ReadonlyMap<number, BegunPart> }>;

type Looking = Readonly<{ bucket: string; signal: AbortSignal | undefined }>;

/** What there is of an upload; undefined when it was completed or taken back meanwhile. */
export async function readBegunUpload(
  client: S3Client,
  upload: OpenUpload,
  looking: Looking,
): Promise<BegunUpload | undefined> {
  const parts = new Map<number, BegunPart>();
  try {
    for await (const { PartNumber, ETag, Size } of listParts(client, upload, looking)) {
      if (PartNumber === undefined || ETag === undefined || Size === undefined) continue;
      parts.set(PartNumber, { etag: ETag, bytes: Size });
    }
  } catch (error) {
    return unlessNoSuchUpload(error);
  }
  return { id: upload.id, parts };
}

async function* listParts(
  client: S3Client,
  { key, id }: OpenUpload,
  { bucket, signal }: Looking,
): AsyncGenerator<Part> {
  const input = { Bucket: bucket, Key: key, UploadId: id };
  let after: string | undefined = '';
  while (after !== undefined) {
    const command = new ListPartsCommand({ ...input, ...(after && { PartNumberMarker: after }) });
    const options = signal === undefined ? {} : { abortSignal: signal };
    const page: ListPartsCommandOutput = await client.send(command, options);
    yield* page.Parts ?? [];
    const next = page.IsTruncated === true ? page.NextPartNumberMarker : undefined;
    after = next === after ? undefined : next;
  }
}
