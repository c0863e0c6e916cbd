import type { ReadStartTime } from '../lib/process-identity.ts';
import type { Catalog } from '../model/catalog.ts';
import type { CatalogSettings } from '../model/settings.ts';

export type CatalogOptions = Readonly<{
  /** Of this tool: MongoDB shows it in its logs and in the list of operations. */
  version: string;
  /** Once it fired nothing more is written, and waiting for a retry ends. */
  signal?: AbortSignal | undefined;
  /** What is not as it should be but keeps nothing from working. */
  onWarning?:
    | ((warning: Readonly<{ message: string; fix?: string | undefined }>) => void)
    | undefined;
  /** For the leases of a shared catalogue: by it a dead holder on this machine is known. */
  readStartTime?: ReadStartTime;
}>;

/**
 * The catalogue that the settings name. Touches neither disk nor network: `check` is the first that
 * does. Loads the MongoDB driver only where it is needed (120 ms). Throws `usage` for a connection
 * string that cannot work.
 */
export async function openCatalog(
  settings: CatalogSettings,
  options: CatalogOptions,
): Promise<Catalog> {
  if (settings.kind === 'folder') {
    const { FolderCatalog } = await import('./folder.ts');
    return new FolderCatalog(settings.dir, options);
  }
  const { MongoCatalog } = await import('./mongo.ts');
  return new MongoCatalog(settings, options);
}
