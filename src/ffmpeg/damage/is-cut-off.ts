import { open } from 'node:fs/promises';
import type { Source } from '../../model/source.ts';

/** A page has at most so many bytes, its header among them (RFC 3533 §6). */
const MAX_PAGE_BYTES = 65_307;

/** Up to the table of its segments, the number of which is the last of them. */
const HEADER_BYTES = 27;

/**
 * Whether an Ogg file ends inside a page. Its header names no length, so its packets end where the file
 * does, and nothing else shows that there was more. Of other containers nothing is said here.
 */
export async function isCutOff({
  path,
  container,
}: Pick<Source, 'path' | 'container'>): Promise<boolean> {
  if (container !== 'ogg') return false;
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const length = Math.min(size, 2 * MAX_PAGE_BYTES);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return endsInPage(buffer);
  } finally {
    await file.close();
  }
}

function endsInPage(bytes: Buffer): boolean {
  const at = bytes.lastIndexOf('OggS\0', undefined, 'latin1');
  if (at === -1) return false;
  const segments = bytes[at + HEADER_BYTES - 1];
  if (segments === undefined) return true;
  const table = bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + segments);
  const bodyBytes = table.reduce((sum, part) => sum + part, 0);
  return at + HEADER_BYTES + segments + bodyBytes > bytes.length;
}
