import { open } from 'node:fs/promises';
import { unlessAbsent } from './unless-absent.ts';

/** After this the names in a folder survive a power cut, where its file system can promise that. */
export async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r').catch(unlessAbsent);
  if (folder === undefined) return; // emptied and pruned by someone in the meantime
  try {
    await folder.sync();
  } catch (error) {
    // Some network file systems have no sync for folders.
    if (!['EINVAL', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    await folder.close();
  }
}
