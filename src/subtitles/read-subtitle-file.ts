import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { cleanText } from '../lib/clean-text.ts';
import type { SubtitleFile } from '../model/subtitle-file.ts';
import type { SubtitleFile as NamedFile } from './find-subtitle-files.ts';
import { readCues } from './read-cues.ts';

/** A subtitle file with its bytes, so that what was looked at is what is published. */
export type LoadedSubtitle = SubtitleFile & Readonly<{ body: Buffer }>;

/** The largest are typeset with fonts inside: 10 MB. */
const MAX_BYTES = 16 * 1024 * 1024;

/** `why` is a sentence about the file: `it is empty`. */
export class UnusableSubtitle extends Error {
  override readonly name = 'UnusableSubtitle';
  readonly file: string;
  readonly why: string;

  constructor(path: string, why: string) {
    const file = cleanText(basename(path), { maxLength: 120 });
    super(`${file}: ${why}`);
    this.file = file;
    this.why = why;
  }
}

/** Reads one whole. Throws UnusableSubtitle for what cannot be read or holds no subtitles. */
export async function readSubtitleFile({ path, marks }: NamedFile): Promise<LoadedSubtitle> {
  const body = await readSmall(path);
  const read = readCues(body, { language: marks.language, durationMs: Number.POSITIVE_INFINITY });
  if (read === undefined) {
    throw new UnusableSubtitle(path, 'it is neither SubRip, WebVTT nor ASS');
  }
  if (read.cues.length === 0) throw new UnusableSubtitle(path, 'there is no subtitle in it');
  return { path, ...marks, sha256: createHash('sha256').update(body).digest('hex'), body };
}

async function readSmall(path: string): Promise<Buffer> {
  try {
    // Non-blocking: opening a pipe that nobody writes to would wait for ever.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = await file.stat();
      if (!stats.isFile()) throw new UnusableSubtitle(path, 'it is not a regular file');
      if (stats.size === 0) throw new UnusableSubtitle(path, 'it is empty');
      if (stats.size > MAX_BYTES) throw new UnusableSubtitle(path, 'it is larger than 16 MiB');
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof UnusableSubtitle) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code ?? 'error'})`;
    throw new UnusableSubtitle(path, why);
  }
}
