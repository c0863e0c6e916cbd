import { type ListObjectsV2CommandOutput, NoSuchKey, NotFound } from '@aws-sdk/client-s3';
import { StoreFailure } from './store-failure.ts';

/** For `catch`: undefined where there is no such object, of a GET or of a HEAD. */
export function unlessNoSuchKey(error: unknown): undefined {
  if (error instanceof NoSuchKey || error instanceof NotFound) return undefined;
  throw error;
}

/** For `catch` of a conditional request that does not hold: 412; S3 says 409 while another write of the same key is under way, 404 when what was seen is gone. */
export function unlessNotAsSeen(error: unknown): undefined {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  if (status === 412 || (error as Error).name === 'ConditionalRequestConflict') return undefined;
  return unlessNoSuchKey(error);
}

/** For `catch`: undefined where there is no such upload in parts any more. */
export function unlessNoSuchUpload(error: unknown): undefined {
  if (error instanceof Error && error.name === 'NoSuchUpload') return undefined;
  throw error;
}

/**
 * Undefined at the end of a listing. One that goes on nowhere, or round and round, is no end: to take it
 * for one would be to take all that follows for lost.
 */
export function nextPage(
  { IsTruncated, NextContinuationToken }: ListObjectsV2CommandOutput,
  { prefix, token }: Readonly<{ prefix: string; token: string | undefined }>,
): string | undefined {
  if (IsTruncated !== true) return undefined;
  if (NextContinuationToken === undefined || NextContinuationToken === token)
    throw brokenOff(prefix);
  return NextContinuationToken;
}

/** Tried again behind the last key; a listing that comes no further so is given up. */
function brokenOff(prefix: string): StoreFailure {
  return new StoreFailure('damaged', 'store', {
    what: `the listing of ${prefix || 'the bucket'} broke off`,
    why: 'The store says that there is more, and not where it goes on.',
    fix: 'Run the same command again. If it comes back, something between here and the store changes its answers.',
  });
}

/** Without the quotes, and the W/ that proxies put in front. */
export function plainEtag(etag: string | undefined): string | undefined {
  return etag?.replace(/^W\//, '').replaceAll('"', '') || undefined;
}
