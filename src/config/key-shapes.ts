import type { SettingsWarning, StoreSettings } from '../model/settings.ts';
import type { Problem } from './problem.ts';

type Keys = Readonly<{
  kind: Exclude<StoreSettings['kind'], 'folder'>;
  accessKeyId: string;
  secretAccessKey: string;
  /** False for MinIO, test servers and the like, whose keys may look like anything. */
  isRealProvider: boolean;
}>;

const R2_KEY_ID = /^[0-9a-f]{32}$/i;
const R2_SECRET = /^[0-9a-f]{64}$/i;
const AWS_KEY_ID = /^(?:AKIA|ASIA)[A-Z0-9]{16}$/;
const B2_KEY_ID = /^[0-9a-f]{25}$/i;
const B2_MASTER_KEY_ID = /^[0-9a-f]{12}$/i;
const B2_SECRET = /^K[A-Za-z0-9/+_-]{30}$/;

/**
 * Mistakes in keys that are certain from their shape alone, so no request is needed
 * (storage-delivery.md §1.2, §1.5). Only lengths and kinds are named, never a part of a key. A half that
 * is not there yet is empty, and is no mistake.
 */
export function keyProblems(keys: Keys): Problem[] {
  if (!keys.isRealProvider) return [];
  const problem = { r2: r2Problem, b2: b2Problem, s3: s3Problem }[keys.kind](keys);
  return problem === undefined ? [] : [problem];
}

/** What is most likely, but not certain: Cloudflare may change how its secrets look. */
export function keyWarnings({ kind, secretAccessKey, isRealProvider }: Keys): SettingsWarning[] {
  if (kind !== 'r2' || !isRealProvider || R2_SECRET.test(secretAccessKey)) return [];
  return [
    {
      message: 'R2_SECRET_ACCESS_KEY does not look like a secret of R2 (64 hex digits)',
      fix: 'Copy "Secret Access Key" from the page that shows the token, not the token\'s own value',
    },
  ];
}

export function looksLikeR2AccountId(text: string): boolean {
  return /^[0-9a-f]{32}$/i.test(text);
}

function r2Problem({ accessKeyId, secretAccessKey }: Keys): Problem | undefined {
  if (R2_SECRET.test(accessKeyId) && R2_KEY_ID.test(secretAccessKey)) {
    return swapped('R2_ACCESS_KEY_ID', 'R2_SECRET_ACCESS_KEY');
  }
  const fix =
    'R2 > Manage API tokens > Create: copy "Access Key ID" (32 hex digits) and "Secret Access Key" (64) from the page that follows';
  if (AWS_KEY_ID.test(accessKeyId) || B2_KEY_ID.test(accessKeyId)) {
    const owner = AWS_KEY_ID.test(accessKeyId) ? 'AWS' : 'Backblaze';
    return { what: `R2_ACCESS_KEY_ID is a key of ${owner}, not of R2`, fix };
  }
  if (R2_SECRET.test(accessKeyId)) {
    const why = 'It has 64 hex digits; the access key ID has 32';
    return { what: 'R2_ACCESS_KEY_ID is the secret half of a key', why, fix };
  }
  if (secretAccessKey !== '' && secretAccessKey === accessKeyId) {
    return { what: 'R2_SECRET_ACCESS_KEY is the access key ID once more', fix };
  }
  // R2 itself: "Credential access key has length N, should be 32"
  if (accessKeyId !== '' && accessKeyId.length !== 32) {
    const why = `It has ${accessKeyId.length} characters; R2 takes 32`;
    return { what: 'R2_ACCESS_KEY_ID is not an access key of R2', why, fix };
  }
  return undefined;
}

function b2Problem({ accessKeyId, secretAccessKey }: Keys): Problem | undefined {
  if (B2_SECRET.test(accessKeyId) && B2_KEY_ID.test(secretAccessKey)) {
    return swapped('B2_KEY_ID', 'B2_APPLICATION_KEY');
  }
  if (B2_MASTER_KEY_ID.test(accessKeyId)) {
    return {
      what: 'B2_KEY_ID is the master key',
      why: "Backblaze's S3 interface does not take the master application key",
      fix: 'Make an application key for the bucket (App Keys > Add a New Application Key)',
    };
  }
  return undefined;
}

function s3Problem({ accessKeyId, secretAccessKey }: Keys): Problem | undefined {
  if (!AWS_KEY_ID.test(accessKeyId) && AWS_KEY_ID.test(secretAccessKey)) {
    return swapped('S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY');
  }
  return undefined;
}

function swapped(one: string, other: string): Problem {
  return { what: `${one} and ${other} are swapped`, fix: 'Exchange their values' };
}
