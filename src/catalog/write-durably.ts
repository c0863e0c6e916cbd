import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';

/** Whole and on the disk when it answers: temp file, fsync, rename, fsync of the folder, which is made. */
export async function writeDurably(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFileAtomic(file, text, { fsync: true });
  await syncFolder(dirname(file));
}

/** Without it a power cut may take the rename back. */
async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Network volumes cannot; then there is nothing better to be had.
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['EINVAL', 'ENOTSUP', 'EBADF'].includes(code)) throw error;
  } finally {
    await handle.close();
  }
}
