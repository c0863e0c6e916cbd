import type { Outbox } from '../catalog/outbox.ts';
import type { Seen } from '../journal/seen.ts';
import type { Catalog } from '../model/catalog.ts';
import type { Report } from '../model/event.ts';
import type { Locks } from '../model/lock.ts';
import type { Settings } from '../model/settings.ts';
import type { Tools } from '../model/toolchain.ts';
import type { PatientStore } from '../store/retry.ts';

/** What the commands share that keep a library true. What is a function is asked for only if needed. */
export type LibraryContext = Readonly<{
  settings: Pick<Settings, 'stateDir' | 'workDir' | 'linkKey' | 'playerOrigins'>;
  /** Names store and catalogue together (`lib/library-id.ts`). */
  id: string;
  /** Patient: what it throws is final. */
  store: PatientStore;
  catalog: Catalog;
  locks: Locks;
  outbox: Outbox;
  /** Leftovers that a pass before this one has seen. */
  openSeen: () => Promise<Seen>;
  /** Asks the store without patience: one that is away or refuses is told within seconds. */
  reachStore: () => Promise<void>;
  /** Proves once, before the first write, that the catalogue can be written and its indexes stand. */
  checkCatalog: () => Promise<void>;
  /** For a poster that has to be made again. */
  tools: () => Promise<Tools>;
  /** A command about this library, with the flags of this run: `movie-ingest sync --db films`. */
  commandHere: (...words: readonly string[]) => string;
  report: Report;
  signal: AbortSignal;
}>;
