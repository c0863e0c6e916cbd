import {
  type CORSRule,
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  type LifecycleRule as S3LifecycleRule,
} from '@aws-sdk/client-s3';
import type { CorsRule, LifecycleRule } from '../model/bucket-rules.ts';
import { explainS3Error } from './explain-s3-error.ts';
import type { BucketSettings } from './providers.ts';
import { createS3Client } from './s3-client.ts';

export type BucketRules = Readonly<{
  /** Empty when there is none. */
  readCors(): Promise<readonly CorsRule[]>;
  /** Replaces all of them. */
  writeCors(rules: readonly CorsRule[]): Promise<void>;
  readLifecycle(): Promise<readonly LifecycleRule[]>;
  writeLifecycle(rules: readonly LifecycleRule[]): Promise<void>;
  close(): void;
}>;

/**
 * CORS and lifecycle of a bucket. A key for objects may not see or set them (R2: "Admin" only): then
 * IngestError `credentials`; servers that have no such thing throw `store`.
 */
export function openBucketRules(settings: BucketSettings, signal: AbortSignal): BucketRules {
  const client = createS3Client(settings, { concurrency: 1, idleTimeoutMs: 15_000 });
  const Bucket = settings.bucket;
  const options = { abortSignal: signal };
  const run = async <T>(doing: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      throw explainS3Error(error, { settings, doing });
    }
  };
  return {
    readCors: () =>
      run("read the bucket's CORS policy", async () => {
        const command = new GetBucketCorsCommand({ Bucket });
        const answer = await client.send(command, options).catch(unlessNone);
        return (answer?.CORSRules ?? []).map(fromCors);
      }),
    writeCors: (rules) =>
      run("set the bucket's CORS policy", async () => {
        const CORSConfiguration = { CORSRules: rules.map(toCors) };
        await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration }), options);
      }),
    readLifecycle: () =>
      run("read the bucket's lifecycle", async () => {
        const command = new GetBucketLifecycleConfigurationCommand({ Bucket });
        const answer = await client.send(command, options).catch(unlessNone);
        return (answer?.Rules ?? []).map(fromLifecycle);
      }),
    writeLifecycle: (rules) =>
      run("set the bucket's lifecycle", async () => {
        const LifecycleConfiguration = { Rules: rules.map(toLifecycle) };
        const command = new PutBucketLifecycleConfigurationCommand({
          Bucket,
          LifecycleConfiguration,
        });
        await client.send(command, options);
      }),
    close: () => client.destroy(),
  };
}

function unlessNone(error: unknown): undefined {
  const names = ['NoSuchCORSConfiguration', 'NoSuchLifecycleConfiguration'];
  if (error instanceof Error && names.includes(error.name)) return undefined;
  throw error;
}

function fromCors(rule: CORSRule): CorsRule {
  return {
    ...(rule.ID === undefined ? {} : { id: rule.ID }),
    allowedOrigins: rule.AllowedOrigins ?? [],
    allowedMethods: rule.AllowedMethods ?? [],
    allowedHeaders: rule.AllowedHeaders ?? [],
    exposeHeaders: rule.ExposeHeaders ?? [],
    maxAgeSeconds: rule.MaxAgeSeconds,
  };
}

function toCors(rule: CorsRule): CORSRule {
  return {
    ...(rule.id === undefined ? {} : { ID: rule.id }),
    AllowedOrigins: [...rule.allowedOrigins],
    AllowedMethods: [...rule.allowedMethods],
    AllowedHeaders: [...rule.allowedHeaders],
    ExposeHeaders: [...rule.exposeHeaders],
    MaxAgeSeconds: rule.maxAgeSeconds,
  };
}

function fromLifecycle(rule: S3LifecycleRule): LifecycleRule {
  const { Filter, Prefix, Expiration } = rule;
  const isForSome = Filter?.Tag !== undefined || Filter?.And?.Tags !== undefined; // ours have no tags
  return {
    id: rule.ID ?? '',
    isEnabled: rule.Status === 'Enabled',
    prefix: Filter?.Prefix ?? Filter?.And?.Prefix ?? Prefix ?? '',
    abortUploadsAfterDays: rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation,
    expires: !isForSome && (Expiration?.Days !== undefined || Expiration?.Date !== undefined),
    raw: rule,
  };
}

function toLifecycle({ id, isEnabled, prefix, abortUploadsAfterDays, raw }: LifecycleRule) {
  if (raw !== undefined) return raw as S3LifecycleRule;
  return {
    ID: id,
    Status: isEnabled ? ('Enabled' as const) : ('Disabled' as const),
    Filter: { Prefix: prefix },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: abortUploadsAfterDays },
  };
}
