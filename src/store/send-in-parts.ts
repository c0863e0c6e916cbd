import type { CompleteMultipartUploadCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { PutRequest } from '../model/store.ts';
import type { BegunUpload } from './begun-upload.ts';
import { bodyBytes } from './body.ts';
import { HashedBody } from './hashed-body.ts';
import { PartClient } from './part-client.ts';
import { partSize } from './part-size.ts';
import { PARTS_IN_FLIGHT } from './s3-client.ts';

export type PartSending = Readonly<{
  client: S3Client;
  bucket: string;
  /** To go on with; another one is begun otherwise. */
  begun: BegunUpload | undefined;
  signal: AbortSignal | undefined;
}>;

export type SentInParts = Readonly<{
  bytes: number;
  md5: string;
  /** As the store must have it when its ETags are MD5s. */
  etag: string;
  answer: CompleteMultipartUploadCommandOutput;
}>;

/**
 * One object as a multipart upload, by lib-storage with a client of our own in front (`PartClient`),
 * because by itself it sends parts without an abort signal, answers an abort before the parts and the
 * clean-up are through, and goes on with the other parts when one has failed (storage-delivery.md §0.6).
 * Rejects only after AbortMultipartUpload was answered, so that no orphan stays but of what is to be gone
 * on with, and nothing of an aborted or failed object becomes visible.
 */
export async function sendInParts(request: PutRequest, sending: PartSending): Promise<SentInParts> {
  const { client, bucket, begun, signal } = sending;
  const { key, contentType, cacheControl } = request;
  const bytes = bodyBytes(request.body);
  const own = new AbortController();
  const stop = () => own.abort(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  const body = new HashedBody(request.body, own.signal);
  const parts = new PartClient(client, {
    own,
    beforeComplete: () => body.check(request.md5),
    isKept: request.isGoneOnWith === true,
    begun,
  });
  try {
    const upload = new Upload({
      client: parts.asClient(),
      partSize: partSize(bytes),
      queueSize: PARTS_IN_FLIGHT,
      params: {
        Bucket: bucket,
        Key: key,
        Body: body.content,
        ContentType: contentType,
        CacheControl: cacheControl,
      },
    });
    const answer = await upload.done();
    return { bytes, md5: body.md5(), etag: parts.compositeEtag(), answer };
  } catch (error) {
    throw parts.firstFailure ?? error;
  } finally {
    signal?.removeEventListener('abort', stop);
    body.close();
  }
}
