import { open } from 'node:fs/promises';
import type { FramedTrack } from './container-framing.ts';
import { elementsIn, pictureEntry } from './matroska-elements.ts';
import { type ReadAt, readerOf, sampleEntries } from './mp4-boxes.ts';

/** Element ids of RFC 9559. */
const CONTENT_ENCODINGS = 0x6d80;
const CONTENT_ENCODING = 0x6240;
const CONTENT_ENCRYPTION = 0x5035;

/** How encrypted pictures are called in an MP4: by ISO 23001-7, and by iTunes. */
export const ENCRYPTED_ENTRY = /^(encv|drmi)$/;

type Question = Readonly<{ path: string; container: string; track: FramedTrack }>;
type Scope = Readonly<{ size: number; track: FramedTrack }>;

/**
 * Whether the container says that its pictures are encrypted, all of them or from some moment on.
 * ffmpeg tells the codec under the encryption and decodes noise, which looks like damage. A file that
 * cannot be understood says no.
 */
export async function isEncrypted({ path, container, track }: Question): Promise<boolean> {
  const isMp4 = container.startsWith('mov');
  if (!isMp4 && !container.startsWith('matroska')) return false;
  const file = await open(path, 'r');
  try {
    const scope = { size: (await file.stat()).size, track };
    const readAt = readerOf(file);
    return isMp4 ? await isEncryptedMp4(readAt, scope) : await isEncryptedMatroska(readAt, scope);
  } finally {
    await file.close();
  }
}

async function isEncryptedMp4(readAt: ReadAt, { size, track: { id } }: Scope): Promise<boolean> {
  const entries = await sampleEntries(readAt, { size, id });
  return entries.some(({ type }) => ENCRYPTED_ENTRY.test(type));
}

async function isEncryptedMatroska(
  readAt: ReadAt,
  { size, track: { ordinal } }: Scope,
): Promise<boolean> {
  const entry = (await pictureEntry(readAt, { size, ordinal })) ?? [];
  const encodings = entry.find(({ id }) => id === CONTENT_ENCODINGS);
  for (const encoding of encodings === undefined ? [] : await elementsIn(readAt, encodings)) {
    if (encoding.id !== CONTENT_ENCODING) continue;
    const members = await elementsIn(readAt, encoding);
    if (members.some(({ id }) => id === CONTENT_ENCRYPTION)) return true;
  }
  return false;
}
