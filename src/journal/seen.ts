import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';

/** What earlier passes over a store have seen lying about. Losing it only delays what waits for it. */
export type Seen = Readonly<{
  has: (prefix: string) => boolean;
  /** From now on these, and nothing else, have been seen. Never rejects. */
  remember: (prefixes: Iterable<string>) => Promise<void>;
}>;

const SeenFile = z.object({ version: z.literal(1), seen: z.array(z.string()) });

/** A file that cannot be read has seen nothing. */
export async function openSeen(file: string): Promise<Seen> {
  const known = new Set(await read(file));
  return {
    has: (prefix) => known.has(prefix),
    remember: async (prefixes) => {
      const seen = [...new Set(prefixes)].toSorted();
      try {
        await mkdir(dirname(file), { recursive: true });
        await writeFileAtomic(file, `${JSON.stringify({ version: 1, seen })}\n`);
      } catch {
        // The next pass is then the first one again.
      }
    },
  };
}

async function read(file: string): Promise<readonly string[]> {
  try {
    return SeenFile.parse(JSON.parse(await readFile(file, 'utf8'))).seen;
  } catch {
    return [];
  }
}
