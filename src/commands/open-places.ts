import { join } from 'node:path';
import { openCatalog } from '../catalog/open-catalog.ts';
import { openOutbox } from '../catalog/outbox.ts';
import { processStartTime } from '../ffmpeg/process-start-time.ts';
import { libraryId } from '../lib/library-id.ts';
import { ownVersion } from '../lib/own-version.ts';
import type { LibraryContext } from '../library/context.ts';
import type { Settings } from '../model/settings.ts';
import { type CheckStoreOptions, checkStore } from '../store/check-store.ts';
import { openStore } from '../store/open-store.ts';
import { patient } from '../store/retry.ts';
import { openLocks } from './open-locks.ts';
import type { Session } from './session.ts';
import { tellOutage } from './tell-outage.ts';

/** Where films are kept, and what belongs to that place. */
export type Places = Pick<LibraryContext, 'id' | 'store' | 'catalog' | 'locks' | 'outbox'> &
  Readonly<{
    /** Of the store without its patience: what is wrong now is told now. */
    checkStore: (options: CheckStoreOptions) => Promise<void>;
    close: () => Promise<void>;
  }>;

/** Opens store and catalogue; nothing is asked of either yet, but for what the driver needs. */
export async function openPlaces(
  settings: Settings,
  { signal, report }: Pick<Session, 'signal' | 'report'>,
): Promise<Places> {
  const { stateDir, maxOutageMs, uploadConcurrency: concurrency } = settings;
  const store = await openStore(settings.store, { concurrency, maxOutageMs });
  const catalog = await openCatalog(settings.catalog, {
    version: await ownVersion(),
    signal,
    readStartTime: processStartTime,
    onWarning: ({ message, fix }) =>
      report({ type: 'warning', message, ...(fix === undefined ? {} : { fix }) }),
  });
  const id = libraryId(store, catalog);
  return {
    id,
    store: patient(store, tellOutage({ store: store.name, maxOutageMs, report })),
    catalog,
    locks: openLocks({ stateDir, catalog }),
    outbox: openOutbox(join(stateDir, 'outbox', id)),
    checkStore: (options) => checkStore(store, { signal, ...options }),
    close: async () => {
      await Promise.allSettled([store.close(), catalog.close()]);
    },
  };
}
