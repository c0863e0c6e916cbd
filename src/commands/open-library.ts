import { join } from 'node:path';
import type { ExitName } from '../errors.ts';
import { findTools } from '../ffmpeg/tools/find-tools.ts';
import { openSeen } from '../journal/seen.ts';
import { once } from '../lib/once.ts';
import type { LibraryContext } from '../library/context.ts';
import type { Settings } from '../model/settings.ts';
import { legible } from '../store/legible.ts';
import { openPlaces } from './open-places.ts';
import { commandHere } from './place-flags.ts';
import { type CommonFlags, type Session, WITHOUT_BARS } from './session.ts';

/** Runs a command that keeps the library true, and closes what it had opened. */
export async function withLibrary(
  flags: CommonFlags,
  session: Session,
  work: (context: LibraryContext) => Promise<ExitName>,
): Promise<ExitName> {
  const settings = await session.open(flags, WITHOUT_BARS);
  const { signal, report } = session;
  const { checkStore, close, ...places } = await openPlaces(settings, session);
  const { catalog, id } = places;
  try {
    return await work({
      ...places,
      store: legible(places.store),
      settings,
      openSeen: () => openSeen(join(settings.stateDir, 'leftovers', `${id}.json`)),
      reachStore: () => checkStore({ prefix: 'videos/', readOnly: true }),
      checkCatalog: once(() => catalog.check()),
      tools: once(() => toolsOf(settings, session)),
      commandHere: (...words) => commandHere(words, flags),
      report,
      signal,
    });
  } finally {
    await close();
  }
}

function toolsOf(settings: Settings, session: Session) {
  return findTools({
    ...settings,
    pathVariable: session.environment.variables['PATH'],
    platform: process.platform,
  });
}
