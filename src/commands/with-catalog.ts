import { openCatalog } from '../catalog/open-catalog.ts';
import type { ExitName } from '../errors.ts';
import { ownVersion } from '../lib/own-version.ts';
import type { Catalog } from '../model/catalog.ts';
import type { Settings } from '../model/settings.ts';
import { type CommonFlags, type Session, WITHOUT_BARS } from './session.ts';

/** Runs a command that only reads the catalogue, and closes it: an open one would keep the process. */
export async function withCatalog(
  flags: CommonFlags,
  session: Session,
  work: (catalog: Catalog, settings: Settings) => Promise<ExitName>,
): Promise<ExitName> {
  const settings = await session.open(flags, WITHOUT_BARS);
  const { signal } = session;
  const catalog = await openCatalog(settings.catalog, { version: await ownVersion(), signal });
  try {
    return await work(catalog, settings);
  } finally {
    await catalog.close();
  }
}
