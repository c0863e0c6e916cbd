import type { BucketSettings } from '../../src/store/providers.ts';

/** The environment of somebody who ingests into this bucket. */
export function s3Env(bucket: BucketSettings): Readonly<Record<string, string>> {
  return {
    S3_ENDPOINT: bucket.endpoint,
    S3_REGION: bucket.region,
    S3_BUCKET: bucket.bucket,
    S3_ACCESS_KEY_ID: bucket.accessKeyId,
    S3_SECRET_ACCESS_KEY: bucket.secretAccessKey,
    S3_PUBLIC_URL: bucket.publicBaseUrl,
  };
}
