import { join } from 'node:path';
import { openCatalog } from '../catalog/open-catalog.ts';
import { openOutbox } from '../catalog/outbox.ts';
import type { ExitName } from '../errors.ts';
import { findTools } from '../ffmpeg/find-tools.ts';
import { processStartTime } from '../ffmpeg/process-start-time.ts';
import { openSeen } from '../journal/seen.ts';
import { libraryId } from '../lib/library-id.ts';
import { once } from '../lib/once.ts';
import { ownVersion } from '../lib/own-version.ts';
import type { LibraryContext } from '../library/context.ts';
import type { Settings } from '../model/settings.ts';
import { checkStore } from '../store/check-store.ts';
import { openStore } from '../store/open-store.ts';
import { patient } from '../store/retry.ts';
import { openLocks } from './open-locks.ts';
import { commandHere } from './place-flags.ts';
import type { CommonFlags, Session } from './session.ts';
import { tellOutage } from './tell-outage.ts';

/** Runs a command that keeps the library true, and closes what it had opened. */
export async function withLibrary(
  flags: CommonFlags,
  session: Session,
  work: (context: LibraryContext) => Promise<ExitName>,
): Promise<ExitName> {
  const settings = await session.open({ ...flags, progress: false });
  const { signal, report } = session;
  const store = await openStore(settings.store, {
    concurrency: settings.uploadConcurrency,
    maxOutageMs: settings.maxOutageMs,
  });
  const catalog = await openCatalog(settings.catalog, {
    version: await ownVersion(),
    signal,
    readStartTime: processStartTime,
    onWarning: ({ message, fix }) =>
      report({ type: 'warning', message, ...(fix === undefined ? {} : { fix }) }),
  });
  const id = libraryId(store, catalog);
  try {
    return await work({
      settings,
      id,
      store: patient(
        store,
        tellOutage({ store: store.name, maxOutageMs: settings.maxOutageMs, report }),
      ),
      catalog,
      locks: openLocks({ stateDir: settings.stateDir, catalog }),
      outbox: openOutbox(join(settings.stateDir, 'outbox', id)),
      openSeen: () => openSeen(join(settings.stateDir, 'leftovers', `${id}.json`)),
      reachStore: () => checkStore(store, { prefix: 'videos/', readOnly: true, signal }),
      checkCatalog: once(() => catalog.check()),
      tools: once(() => toolsOf(settings, session)),
      commandHere: (...words) => commandHere(words, flags),
      report,
      signal,
    });
  } finally {
    await Promise.allSettled([store.close(), catalog.close()]);
  }
}

function toolsOf(settings: Settings, session: Session) {
  return findTools({
    ...settings,
    pathVariable: session.environment.variables['PATH'],
    platform: process.platform,
  });
}
