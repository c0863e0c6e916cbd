import { openCatalog } from '../catalog/open-catalog.ts';
import { ownVersion } from '../lib/own-version.ts';
import type { CatalogSettings } from '../model/settings.ts';

/** Reaches it, and sees that it can be written. Answers with its name; throws what is wrong. */
export async function tryCatalog(settings: CatalogSettings, signal: AbortSignal): Promise<string> {
  const catalog = await openCatalog(settings, { version: await ownVersion(), signal });
  try {
    await catalog.check();
    return catalog.name;
  } finally {
    await catalog.close();
  }
}
