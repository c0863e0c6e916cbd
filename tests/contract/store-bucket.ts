import { randomBytes } from 'node:crypto';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { BucketSettings } from '../../src/store/providers.ts';
import type { S3Access } from '../servers/versitygw.ts';

export type TestBucket = Readonly<{
  settings: BucketSettings;
  /** As another client sees them. */
  headers(key: string): Promise<Readonly<{ contentType?: string; cacheControl?: string }>>;
  /** Uploads in parts that were begun and neither completed nor aborted. */
  openUploads(): Promise<number>;
  /** Begins one and leaves it; answers with its id. */
  beginUpload(key: string): Promise<string>;
}>;

/** A new bucket on a running server, looked at through a plain client that is not ours. */
export async function makeBucket(access: S3Access): Promise<TestBucket> {
  const { endpoint, region, accessKeyId, secretAccessKey } = access;
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const client = new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
  });
  const bucket = `store-${randomBytes(6).toString('hex')}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return {
    settings: { kind: 's3', ...access, bucket, publicBaseUrl: 'https://media.example.com' },
    headers: async (key) => {
      const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
      return {
        ...(head.ContentType === undefined ? {} : { contentType: head.ContentType }),
        ...(head.CacheControl === undefined ? {} : { cacheControl: head.CacheControl }),
      };
    },
    openUploads: async () => {
      const answer = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
      return answer.Uploads?.length ?? 0;
    },
    beginUpload: async (key) => {
      const command = new CreateMultipartUploadCommand({ Bucket: bucket, Key: key });
      return (await client.send(command)).UploadId ?? '';
    },
  };
}
