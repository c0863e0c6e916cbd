import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { skipLoudly } from './skip-loudly.ts';

export type SmallDisk = Readonly<{
  /** Writes until so many bytes are free. */
  fill(freeBytes?: number): void;
  /** Takes away what `fill` has written. */
  makeSpace(): void;
  unmount(): Promise<void>;
}>;

/**
 * A real file system of its own at `dir`, which exists: `size=8m`, `nr_inodes=20`, `ro`. Undefined, and
 * said loudly, where that cannot be had: it takes Linux and root.
 */
export async function mountSmallDisk(dir: string, options: string): Promise<SmallDisk | undefined> {
  const mounted = await execa('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', dir], {
    reject: false,
  });
  if (mounted.failed) {
    skipLoudly('a small disk (mount needs Linux and root)');
    return undefined;
  }
  const filler = join(dir, '.filler');
  return {
    fill: (freeBytes = 0) => {
      const { bavail, bsize } = statfsSync(dir);
      writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - freeBytes)));
    },
    makeSpace: () => rmSync(filler, { force: true }),
    unmount: async () => {
      await execa('umount', ['-l', dir], { reject: false });
    },
  };
}
