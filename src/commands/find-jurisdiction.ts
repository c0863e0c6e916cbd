import type { StoreSettings } from '../model/settings.ts';

const JURISDICTIONS = ['eu', 'fedramp'] as const;

export type Jurisdiction = (typeof JURISDICTIONS)[number];

/**
 * Where a bucket of R2 is that its account does not seem to have: one that was made in a jurisdiction is
 * seen at the endpoint of that jurisdiction alone (storage-delivery.md §1.1). Undefined when it is at
 * none of them, or when `error` is about something else.
 */
export async function findJurisdiction(
  settings: StoreSettings,
  error: unknown,
  tryStore: (settings: StoreSettings) => Promise<unknown>,
): Promise<Jurisdiction | undefined> {
  const account = settings.kind === 'r2' ? accountHost(settings.endpoint) : undefined;
  if (settings.kind !== 'r2' || account === undefined || !isNoSuchBucket(error)) return undefined;
  for (const jurisdiction of JURISDICTIONS) {
    const endpoint = `https://${account}.${jurisdiction}.r2.cloudflarestorage.com`;
    const isThere = await tryStore({ ...settings, endpoint }).then(
      () => true,
      () => false,
    );
    if (isThere) return jurisdiction;
  }
  return undefined;
}

function accountHost(endpoint: string): string | undefined {
  return /^https:\/\/([0-9a-f]{32})\.r2\.cloudflarestorage\.com$/.exec(endpoint)?.[1];
}

function isNoSuchBucket(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && cause.name === 'NoSuchBucket';
}
