import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { checkKey } from './check-key.ts';
import type { BucketSettings } from './providers.ts';
import { createS3Client } from './s3-client.ts';

/** Signature version 4 allows no longer one: seven days. */
export const PRESIGN_MAX_SECONDS = 604_800;

export type PresignRequest = Readonly<{ key: string; seconds: number }>;

/**
 * An address at the S3 API that gives this one object to whoever has it, for so many seconds from now.
 * Nothing is asked of the service: whether there is such an object is not known. It holds the id of the
 * access key, and is good for nothing that a playlist leads to (storage-delivery.md §4.1).
 */
export async function presign(
  settings: BucketSettings,
  { key, seconds }: PresignRequest,
): Promise<string> {
  checkKey(key);
  const client = createS3Client(settings, { concurrency: 1 });
  try {
    const command = new GetObjectCommand({ Bucket: settings.bucket, Key: key });
    return await getSignedUrl(client, command, { expiresIn: seconds });
  } finally {
    client.destroy();
  }
}
