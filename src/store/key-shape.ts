import { type BucketSettings, PROVIDERS } from './providers.ts';

/**
 * What can be said of a key without asking the service, in one line, or undefined when it looks right.
 * Speaks of lengths only, never of values: a swapped key id is the secret.
 */
export function keyShapeProblem(settings: BucketSettings): string | undefined {
  const { accessKeyId, secretAccessKey, variables } = PROVIDERS[settings.kind];
  const key = settings.accessKeyId;
  const secret = settings.secretAccessKey;
  const fitsKey = accessKeyId.pattern?.test(key) ?? true;
  const fitsSecret = secretAccessKey.pattern?.test(secret) ?? true;
  if (fitsKey && fitsSecret) return undefined;
  const isSwapped =
    accessKeyId.pattern?.test(secret) && (secretAccessKey.pattern?.test(key) ?? true);
  if (isSwapped) return `${variables.key} and ${variables.secret} are swapped`;
  if (!fitsKey) {
    return `${variables.key} has ${key.length} characters; it should be ${accessKeyId.text}`;
  }
  return `${variables.secret} has ${secret.length} characters; it should be ${secretAccessKey.text}. The value of an API token is not the secret: it is shown beside it, once`;
}
