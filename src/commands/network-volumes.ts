import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Mount, mountOf, networkKind } from '../lib/mounts.ts';
import type { Settings } from '../model/settings.ts';

/** A folder of ours that is not on a disk of this machine. */
export type NetworkFolder = Readonly<{
  /** `work folder`. */
  name: string;
  /** `the work folder is on a network volume: SMB //nas/films at /Volumes/films`. */
  message: string;
  fix: string;
}>;

type Places = Pick<Settings, 'workDir' | 'stateDir' | 'store' | 'catalog'>;

/** Where locks do not reach, or a lost connection would stop a film. Folders need not be there yet. */
export async function networkFolders(
  settings: Places,
  mounts: readonly Mount[],
): Promise<readonly NetworkFolder[]> {
  const found = await Promise.all(
    foldersOf(settings).map(async ({ name, dir, fix }) => {
      const mount = mountOf(await realFolder(dir), mounts);
      const kind = mount && networkKind(mount);
      if (kind === undefined || mount === undefined) return [];
      const volume = `${kind} ${mount.from} at ${mount.at}`;
      return [{ name, message: `the ${name} is on a network volume: ${volume}`, fix }];
    }),
  );
  return found.flat();
}

const ONE_AT_A_TIME =
  'Let one machine at a time work on this library: over a network volume they do not see one another.';

function foldersOf({ workDir, stateDir, store, catalog }: Places) {
  const fix = ONE_AT_A_TIME;
  const library =
    store.kind === 'folder'
      ? [{ name: 'library', dir: store.dir, fix }]
      : catalog.kind === 'folder'
        ? [{ name: 'catalogue', dir: catalog.dir, fix }]
        : [];
  return [
    {
      name: 'work folder',
      dir: workDir,
      fix: 'A disk of this machine is faster, and is not lost in the middle of a film: --work-dir DIR',
    },
    {
      name: 'state folder',
      dir: stateDir,
      fix: 'A disk of this machine keeps locks better: MOVIE_INGEST_STATE_DIR',
    },
    ...library,
  ];
}

/** Of a folder that is not there yet, where it will be. */
async function realFolder(dir: string): Promise<string> {
  const real = await realpath(dir).catch(() => undefined);
  if (real !== undefined || dirname(dir) === dir) return real ?? dir;
  return join(await realFolder(dirname(dir)), basename(dir));
}
