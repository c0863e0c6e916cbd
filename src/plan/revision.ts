import { createHash } from 'node:crypto';
import type { Preset } from '../model/preset.ts';
import type { SubtitleFile } from '../model/subtitle-file.ts';

export type RecipeParts = Readonly<{
  fingerprint: string;
  preset: Preset;
  subtitleFiles?: readonly SubtitleFile[];
  burnSubtitle?: number | undefined;
}>;

/**
 * What the user asked for: this film, with these settings. The machine is left out, so that a new
 * ffmpeg or another encoder does not make a whole shelf new.
 */
export function recipeOf(parts: RecipeParts): string {
  const { fingerprint, subtitleFiles = [], burnSubtitle } = parts;
  const { $schema: _, description: __, ...settings } = parts.preset;
  return shortHash({
    version: 1,
    fingerprint,
    settings,
    // By content and language: a file that moves is the same file.
    ...(subtitleFiles.length === 0 ? {} : { subtitles: subtitleFiles.map(withoutPath) }),
    ...(burnSubtitle === undefined ? {} : { burnSubtitle }),
  });
}

function withoutPath({ path: _, ...file }: SubtitleFile): Omit<SubtitleFile, 'path'> {
  return file;
}

export type RevisionParts = Readonly<{
  recipe: string;
  ffmpegVersion: string;
  /** ffmpeg's arguments with the film's path taken out. */
  args: readonly string[];
}>;

/** Folder name of one encode: all that changes the bytes. */
export function revisionOf(parts: RevisionParts): string {
  return `r-${shortHash(parts)}`;
}

/** A revision's name as it stands in a key: `r-0123456789`, `r-0123456789-2`. */
export function isRevision(text: string): boolean {
  return /^r-[0-9a-f]{10}(-[1-9][0-9]*)?$/.test(text);
}

function shortHash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 10);
}
