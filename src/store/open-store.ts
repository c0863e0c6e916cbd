import { MAX_OUTAGE_MS, type StoreSettings } from '../model/settings.ts';
import type { Store } from '../model/store.ts';

export type OpenStoreOptions = Readonly<{
  /** Objects that will be in flight at once. */
  concurrency: number;
  /** How long the caller will wait for a store that is out of reach. */
  maxOutageMs?: number;
}>;

/** Without a byte, until a connection counts as dead. */
const IDLE_MS = { least: 1_000, most: 60_000 } as const;

/**
 * The store of these settings. Nothing is asked of it yet: whether it can be reached is shown by
 * `checkStore`. It is impatient; wrap it with `patient` where an outage shall be waited for.
 */
export async function openStore(
  settings: StoreSettings,
  options: OpenStoreOptions,
): Promise<Store> {
  if (settings.kind === 'folder') {
    const { FolderStore } = await import('./folder.ts');
    return new FolderStore(settings);
  }
  const { S3Store } = await import('./s3.ts'); // 0.1 s of SDK that other commands need not pay
  const { concurrency, maxOutageMs = MAX_OUTAGE_MS } = options;
  // Whoever waits for seconds only must hear of a silent server within them, and have tries left.
  const idleTimeoutMs = Math.min(IDLE_MS.most, Math.max(IDLE_MS.least, maxOutageMs / 4));
  return new S3Store(settings, { concurrency, idleTimeoutMs });
}
