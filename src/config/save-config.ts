import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { IngestError } from '../errors.ts';

/**
 * Writes a config file for its owner alone (0600, in a folder of 0700 where it is new): whole or not at
 * all. Throws IngestError `usage` where it cannot be written.
 */
export async function saveConfig(
  file: string,
  config: Readonly<Record<string, unknown>>,
): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFileAtomic(file, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new IngestError('usage', {
      what: `${file} cannot be written (${code})`,
      fix: 'Change the rights of the folder, or name another with XDG_CONFIG_HOME',
      cause: error,
    });
  }
}
