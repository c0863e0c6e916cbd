import { join } from 'node:path';
import { listMounts } from '../ffmpeg/list-mounts.ts';
import type { IngestContext } from '../ingest/context.ts';
import { openJournal } from '../journal/journal.ts';
import { once } from '../lib/once.ts';
import { ownVersion } from '../lib/own-version.ts';
import type { Preset } from '../model/preset.ts';
import type { Settings } from '../model/settings.ts';
import { networkFolders } from './network-volumes.ts';
import { openFilmBuckets } from './open-film-buckets.ts';
import { openPlaces } from './open-places.ts';
import { openTools } from './open-tools.ts';
import { commandHere } from './place-flags.ts';
import type { PresetFlags } from './preset-with.ts';
import type { CommonFlags, Session } from './session.ts';

/** What of a session films are made in: a worker has one for each film. */
export type RunSession = Pick<Session, 'signal' | 'report' | 'redact' | 'environment' | 'cwd'>;

/** What all films of a run share, and the end of it. */
export type OpenContext = IngestContext & Readonly<{ close: () => Promise<void> }>;

/** Opens what `add` needs. Cheap: connections, trial encodes and checks wait until they are needed. */
export async function openContext(
  settings: Settings,
  flags: CommonFlags & PresetFlags,
  session: RunSession,
  { preset }: Readonly<{ preset?: Preset }> = {},
): Promise<OpenContext> {
  const { signal, report } = session;
  const version = await ownVersion();
  const tools = await openTools(settings, session, { flags, preset });
  const { checkStore, ...places } = await openPlaces(settings, session);
  const films = openFilmBuckets(settings, report);
  return {
    ...tools,
    ...places,
    settings,
    openFilms: films.open,
    syncCommand: commandHere(['sync'], flags),
    reachStore: once(() => checkStore({ prefix: 'videos/', readOnly: true })),
    preflight: once(async () => {
      for (const { message, fix } of await networkFolders(settings, await listMounts())) {
        report({ type: 'warning', message, fix });
      }
      const prefixes = ['videos/', 'posters/'];
      await Promise.all([
        ...prefixes.map((prefix) => checkStore({ prefix })),
        places.catalog.check(),
      ]);
    }),
    openJournal: (slug) =>
      openJournal({ dir: join(settings.stateDir, 'journal'), slug, redact: session.redact }),
    report,
    signal,
    version,
    close: async () => {
      await Promise.allSettled([places.close(), films.close()]);
    },
  };
}
