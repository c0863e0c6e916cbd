import type { StoreSettings } from '../model/settings.ts';
import type { Store } from '../model/store.ts';

export type OpenStoreOptions = Readonly<{
  /** Objects that will be in flight at once. */
  concurrency: number;
}>;

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
  return new S3Store(settings, options);
}
