import { readFile, stat } from 'node:fs/promises';
import type { Problem } from './problem.ts';

const MAX_BYTES = 1_048_576;

/** `mode`: the permission bits. */
export type TextFile = Readonly<{ text: string; mode: number }>;

/**
 * A small file that need not be there. A folder of that name counts as absent: `.env` is a common name
 * for a Python environment. What cannot be read is a Problem, never silently skipped.
 */
export async function readTextFile(
  file: string,
  shownAs: string,
): Promise<Readonly<{ found?: TextFile; problem?: Problem }>> {
  try {
    const { size, mode } = await stat(file);
    if (size > MAX_BYTES) return { problem: { what: `${shownAs} is larger than 1 MiB` } };
    return { found: { text: await readFile(file, 'utf8'), mode: mode & 0o777 } };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(code)) return {};
    return {
      problem: {
        what: `${shownAs} cannot be read (${code})`,
        fix: 'Change its permissions, or move it away',
      },
    };
  }
}
