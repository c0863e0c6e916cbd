import { join } from 'node:path';
import { openCatalog } from '../catalog/open-catalog.ts';
import { openOutbox } from '../catalog/outbox.ts';
import { listMounts } from '../ffmpeg/list-mounts.ts';
import { processStartTime } from '../ffmpeg/process-start-time.ts';
import type { IngestContext } from '../ingest/context.ts';
import { openJournal } from '../journal/journal.ts';
import { libraryId } from '../lib/library-id.ts';
import { once } from '../lib/once.ts';
import { ownVersion } from '../lib/own-version.ts';
import type { Settings } from '../model/settings.ts';
import { checkStore } from '../store/check-store.ts';
import { openStore } from '../store/open-store.ts';
import { patient } from '../store/retry.ts';
import { networkFolders } from './network-volumes.ts';
import { openLocks } from './open-locks.ts';
import { openTools } from './open-tools.ts';
import { commandHere } from './place-flags.ts';
import type { PresetFlags } from './preset-with.ts';
import type { CommonFlags, Session } from './session.ts';
import { tellOutage } from './tell-outage.ts';

/** What all films of a run share, and the end of it. */
export type OpenContext = IngestContext & Readonly<{ close: () => Promise<void> }>;

/** Opens what `add` needs. Cheap: connections, trial encodes and checks wait until they are needed. */
export async function openContext(
  settings: Settings,
  flags: CommonFlags & PresetFlags,
  session: Session,
): Promise<OpenContext> {
  const { signal, report } = session;
  const version = await ownVersion();
  const tools = await openTools(settings, session, { flags });
  const store = await openStore(settings.store, {
    concurrency: settings.uploadConcurrency,
    maxOutageMs: settings.maxOutageMs,
  });
  const catalog = await openCatalog(settings.catalog, {
    version,
    signal,
    readStartTime: processStartTime,
    onWarning: ({ message, fix }) =>
      report({ type: 'warning', message, ...(fix === undefined ? {} : { fix }) }),
  });
  return {
    ...tools,
    settings,
    store: patient(
      store,
      tellOutage({ store: store.name, maxOutageMs: settings.maxOutageMs, report }),
    ),
    catalog,
    locks: openLocks({ stateDir: settings.stateDir, catalog }),
    outbox: openOutbox(join(settings.stateDir, 'outbox', libraryId(store, catalog))),
    syncCommand: commandHere(['sync'], flags),
    // The store without its patience: what is wrong now is told now.
    reachStore: once(() => checkStore(store, { prefix: 'videos/', readOnly: true, signal })),
    preflight: once(async () => {
      for (const { message, fix } of await networkFolders(settings, await listMounts())) {
        report({ type: 'warning', message, fix });
      }
      const places = ['videos/', 'posters/'];
      await Promise.all([
        ...places.map((prefix) => checkStore(store, { prefix, signal })),
        catalog.check(),
      ]);
    }),
    openJournal: (slug) =>
      openJournal({ dir: join(settings.stateDir, 'journal'), slug, redact: session.redact }),
    report,
    signal,
    version,
    close: async () => {
      await Promise.allSettled([store.close(), catalog.close()]);
    },
  };
}
