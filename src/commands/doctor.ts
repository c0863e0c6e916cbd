import { openCatalog } from '../catalog/open-catalog.ts';
import { loadPreset } from '../config/load-preset.ts';
import type { ExitName } from '../errors.ts';
import { listMounts } from '../ffmpeg/list-mounts.ts';
import { findTools } from '../ffmpeg/tools/find-tools.ts';
import { inspectToolchain } from '../ffmpeg/tools/inspect-toolchain.ts';
import { toolVersion } from '../ffmpeg/tools/tool-version.ts';
import { ownVersion } from '../lib/own-version.ts';
import type { Settings } from '../model/settings.ts';
import type { OpenUpload } from '../model/store.ts';
import { openStore } from '../store/open-store.ts';
import { takeBackUploads } from '../store/take-back-uploads.ts';
import { printChecks } from '../ui/print-checks.ts';
import {
  attempt,
  checkSetup,
  type LeftUploads,
  type SetupCheck,
  type SetupParts,
} from './check-setup.ts';
import { networkFolders } from './network-volumes.ts';
import { openLocks } from './open-locks.ts';
import { commandHere } from './place-flags.ts';
import { type CommonFlags, type Session, WITHOUT_BARS } from './session.ts';
import { tryCatalog } from './try-catalog.ts';
import { tryStore } from './try-store.ts';

export type DoctorFlags = CommonFlags & Readonly<{ clean?: boolean; public?: boolean }>;

/**
 * `movie-ingest doctor`: a line on stdout for each thing that `add` needs, with cause and fix where it
 * is not right; with `--json` an object per line. `--clean` aborts uploads that were never finished;
 * `--public` fetches the newest film as viewers do. Exit 0, or the code of the first that failed.
 */
export async function runDoctor(flags: DoctorFlags, session: Session): Promise<ExitName> {
  const settings = await session.open(flags, WITHOUT_BARS);
  const setup = await checkSetup(partsOf(settings, flags, session));
  session.signal.throwIfAborted();
  const viewers = flags.public === true ? await lookAsViewers(settings, session.signal) : [];
  const checks = [...setup.checks, ...viewers];
  const failed = checks.find(({ status }) => status === 'failed');
  session.print(
    session.isJson
      ? checks.map((check) => `${JSON.stringify({ type: 'check', ...check })}\n`).join('')
      : printChecks(checks, { paint: session.paintFor(session.stdout) }),
  );
  return failed === undefined ? 'ok' : (failed.exit ?? 'bug');
}

function lookAsViewers(settings: Settings, signal: AbortSignal): Promise<readonly SetupCheck[]> {
  return attempt('viewers', async () => {
    const { checkViewers } = await import('./check-viewers.ts');
    return checkViewers(settings, signal);
  });
}

function partsOf(settings: Settings, flags: DoctorFlags, session: Session): SetupParts {
  const { signal, cwd, environment } = session;
  return {
    nodeVersion: process.version,
    settings,
    networkFolders: async () => networkFolders(settings, await listMounts()),
    loadPreset: () => loadPreset(settings.preset, { cwd }),
    findTools: () =>
      findTools({
        ...settings,
        pathVariable: environment.variables['PATH'],
        platform: process.platform,
      }),
    toolVersion: (name, path) => toolVersion({ name, path, signal }),
    // The cache is for `add`; whoever asks the doctor wants to know how it is now.
    inspectToolchain: async (tools) =>
      inspectToolchain(tools, {
        // A preset that cannot be read is told in its own line.
        preset: await loadPreset(settings.preset, { cwd }).catch(() => DEFAULT_PRESET),
        choice: settings.encoder,
        cacheDir: settings.stateDir,
        fresh: true,
        signal,
      }),
    checkStore: () => tryStore(settings.store, signal),
    findUploads: () => findUploads(settings, { clean: flags.clean === true, signal }),
    cleanCommand: commandHere(['doctor', '--clean'], flags),
    checkCatalog: () => tryCatalog(settings.catalog, signal),
  };
}

const DEFAULT_PRESET = { name: 'default', codec: 'h264' } as const;

/** Uploads that were never finished; aborted with `clean`. Films that are being ingested are left alone. */
async function findUploads(
  settings: Settings,
  { clean, signal }: Readonly<{ clean: boolean; signal: AbortSignal }>,
): Promise<LeftUploads> {
  const store = await openStore(settings.store, { concurrency: 1 });
  try {
    const held = await filmsAtWork(settings, signal);
    const isBusy = ({ key }: OpenUpload) => held.has(key.split('/')[1] ?? '');
    const options = { prefix: 'videos/', isBusy, check: !clean, signal };
    const left = await takeBackUploads(store, options);
    return { count: left.length, areAborted: clean };
  } finally {
    await store.close();
  }
}

/** On this machine, and on others that share the catalogue; one that is away has a line of its own. */
async function filmsAtWork(settings: Settings, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const { stateDir } = settings;
  const catalog = await openCatalog(settings.catalog, { version: await ownVersion(), signal });
  try {
    return await openLocks({ stateDir, catalog })
      .held()
      .catch(() => openLocks({ stateDir, catalog: {} }).held());
  } finally {
    await catalog.close();
  }
}
