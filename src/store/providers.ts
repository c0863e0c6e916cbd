import type { StoreSettings } from '../model/settings.ts';

export type BucketSettings = Exclude<StoreSettings, Readonly<{ kind: 'folder' }>>;
export type ProviderName = BucketSettings['kind'];

/** What is different between the services that speak S3. Facts, each with its source; no code elsewhere asks which one it is. */
export type Provider = Readonly<{
  /** For people. */
  label: string;
  /** `https://host/bucket/key` rather than `https://bucket.host/key`. */
  forcePathStyle: boolean;
  /** The region that this endpoint must be signed for; undefined when only the user can know. */
  regionOf: (endpoint: string) => string | undefined;
  /** It refuses a PUT whose If-Match or If-None-Match does not hold. */
  hasConditionalPut: boolean;
  accessKeyId: KeyShape;
  secretAccessKey: KeyShape;
  /** Where the user set what an error is about. */
  variables: Readonly<Record<'endpoint' | 'region' | 'bucket' | 'key' | 'secret', string>>;
  /** How to get a key that may do what we do, and no more. */
  keyAdvice: string;
  /** How to make a bucket, or how to find its name. */
  bucketAdvice: string;
  prices: Prices | undefined;
}>;

/** `length` in characters; undefined `pattern` says that keys have no known shape. */
export type KeyShape = Readonly<{ pattern: RegExp | undefined; text: string }>;

/** US dollars at list price, without the free allowance. */
export type Prices = Readonly<{
  /** Per 1e9 bytes. */
  gbMonth: number;
  /** Per million PUTs (class A). */
  millionPuts: number;
  asOf: string;
  source: string;
}>;

const NO_KNOWN_SHAPE: KeyShape = { pattern: undefined, text: '' };

export const PROVIDERS: Readonly<Record<ProviderName, Provider>> = {
  r2: {
    label: 'R2',
    // rclone/rclone backend/s3/provider/Cloudflare.yaml: force_path_style: true
    forcePathStyle: true,
    // cloudflare-docs r2/api/s3/api.mdx: the region is `auto`; empty and us-east-1 are aliases of it
    regionOf: () => 'auto',
    // cloudflare-docs r2/api/s3/extensions.mdx
    hasConditionalPut: true,
    // cloudflare-docs r2/api/tokens.mdx: the id of the token, and SHA-256 of its value, both in hex
    accessKeyId: { pattern: /^[0-9a-f]{32}$/, text: '32 hexadecimal digits' },
    secretAccessKey: { pattern: /^[0-9a-f]{64}$/, text: '64 hexadecimal digits' },
    variables: {
      endpoint: 'R2_ACCOUNT_ID',
      region: 'R2_ACCOUNT_ID',
      bucket: 'R2_BUCKET',
      key: 'R2_ACCESS_KEY_ID',
      secret: 'R2_SECRET_ACCESS_KEY',
    },
    keyAdvice:
      'Create an "Object Read & Write" token for this bucket (Cloudflare dashboard, R2, Manage API tokens)',
    bucketAdvice:
      'Create it with: npx wrangler r2 bucket create NAME. A bucket with a jurisdiction (EU) is only found at its own endpoint',
    prices: {
      gbMonth: 0.015,
      millionPuts: 4.5,
      asOf: '2026-11',
      source: 'https://developers.cloudflare.com/r2/pricing/',
    },
  },
  b2: {
    label: 'B2',
    // Both styles work; path style needs no DNS name per bucket (backblaze.com/docs, call the S3-compatible API)
    forcePathStyle: true,
    // The endpoint names the region, and the signature must too: https://s3.us-west-004.backblazeb2.com
    regionOf: (endpoint) => /\/\/s3\.([a-z0-9-]+)\.backblazeb2\.com/.exec(endpoint)?.[1],
    hasConditionalPut: false, // not documented
    // Application keys have 25 characters; the master key has 12 and does not work with S3
    // (backblaze.com/apidocs/introduction-to-the-s3-compatible-api)
    accessKeyId: { pattern: /^[0-9a-f]{25}$/, text: '25 hexadecimal digits' },
    secretAccessKey: NO_KNOWN_SHAPE,
    variables: {
      endpoint: 'B2_ENDPOINT',
      region: 'B2_ENDPOINT',
      bucket: 'B2_BUCKET',
      key: 'B2_KEY_ID',
      secret: 'B2_APPLICATION_KEY',
    },
    keyAdvice:
      'Create an application key with read and write access to this bucket; the master key does not work with S3',
    bucketAdvice: 'Look up the name under "Buckets" in the Backblaze console',
    prices: {
      gbMonth: 0.006,
      millionPuts: 0, // class A transactions are free
      asOf: '2026-04',
      source: 'https://www.backblaze.com/cloud-storage/pricing',
    },
  },
  s3: {
    label: 'S3',
    // MinIO, Ceph and versitygw need it, and AWS still answers it
    // (aws.amazon.com/blogs/aws/amazon-s3-path-deprecation-plan-the-rest-of-the-story)
    forcePathStyle: true,
    regionOf: (endpoint) => /\/\/s3[.-]([a-z0-9-]+)\.amazonaws\.com/.exec(endpoint)?.[1],
    hasConditionalPut: true, // AWS, MinIO, versitygw, Ceph; who ignores it is no worse off
    accessKeyId: NO_KNOWN_SHAPE,
    secretAccessKey: NO_KNOWN_SHAPE,
    variables: {
      endpoint: 'S3_ENDPOINT',
      region: 'S3_REGION',
      bucket: 'S3_BUCKET',
      key: 'S3_ACCESS_KEY_ID',
      secret: 'S3_SECRET_ACCESS_KEY',
    },
    keyAdvice:
      'Use a key that may list this bucket and get, put and delete its objects (s3:ListBucket, GetObject, PutObject, DeleteObject, AbortMultipartUpload)',
    bucketAdvice: 'Create the bucket first: movie-ingest never does',
    prices: undefined, // depends on the region and on who runs the server
  },
};
