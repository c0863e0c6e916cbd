import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { cleanText } from '../lib/clean-text.ts';
import { hasFilmExtension, stripFilmExtension } from '../lib/strip-film-extension.ts';
import { parseMarks, type SubtitleMarks } from './parse-marks.ts';

export type SubtitleFile = Readonly<{ path: string; marks: SubtitleMarks }>;

export type FoundSubtitleFiles = Readonly<{
  /** In order of their names. */
  files: readonly SubtitleFile[];
  /** Files of subtitles as pictures (VobSub, PGS), by name. */
  pictures: readonly string[];
}>;

const TEXT = /\.(?:srt|vtt|ass|ssa)$/i;
const PICTURES = /\.(?:idx|sup)$/i;

/**
 * The subtitle files beside a film: `film.srt`, `film.vi.srt`, `film.en.forced.ass`, in the same
 * folder. One that fits two films (`film.2.srt` beside `film.mp4` and `film.2.mp4`) belongs to the one
 * with the longer name.
 */
export async function findSubtitleFiles(filmPath: string): Promise<FoundSubtitleFiles> {
  const folder = dirname(filmPath);
  const present = await readdir(folder).catch((): string[] => []);
  const stems = present.filter(hasFilmExtension).map((name) => plain(stripFilmExtension(name)));
  const own = plain(stripFilmExtension(basename(filmPath)));
  const beside = present
    .filter((name) => !name.startsWith('.') || own.startsWith('.'))
    .filter((name) => TEXT.test(name) || PICTURES.test(name))
    .filter((name) => longestStem(plain(name), [...stems, own]) === own)
    .toSorted();
  return {
    files: beside
      .filter((name) => TEXT.test(name))
      .map((name) => ({
        path: join(folder, name),
        marks: parseMarks(plain(name).slice(own.length).replace(TEXT, '')),
      })),
    pictures: beside
      .filter((name) => PICTURES.test(name))
      .map((name) => cleanText(name, { maxLength: 120 })),
  };
}

/** macOS gives names decomposed. */
function plain(name: string): string {
  return name.normalize('NFC');
}

function longestStem(name: string, stems: readonly string[]): string | undefined {
  return stems
    .filter((stem) => name.startsWith(`${stem}.`))
    .toSorted((a, b) => b.length - a.length)[0];
}
