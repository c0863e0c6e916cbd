import { basename, join } from 'node:path';
import { findGo } from './find-go.ts';
import { runInstaller } from './run-installer.ts';

export type GoInstallOptions = Readonly<{
  folder: string;
  module: string;
  /** Folder of the command inside the module. */
  command: string;
  version: string;
}>;

/**
 * Builds a Go program into `folder` and answers with its path, which is named after the command's
 * folder. Go checks the sources against its checksum database; we check that the module and version
 * in the binary are those that were asked for.
 */
export async function goInstall(options: GoInstallOptions): Promise<string> {
  const { folder, module, command, version } = options;
  const go = await findGo(folder);
  const program = join(folder, basename(command));
  await runInstaller(go.path, ['install', `${module}/${command}@${version}`], {
    cwd: folder,
    env: { ...go.env, GOBIN: folder, CGO_ENABLED: '0' },
  });
  const built = await runInstaller(go.path, ['version', '-m', program], {
    cwd: folder,
    env: go.env,
  });
  if (!built.includes(`\t${module}\t${version}`)) {
    throw new Error(`${program} was not built from ${module} ${version}`);
  }
  return program;
}
