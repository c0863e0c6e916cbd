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

/** What is not read (MicroDVD, SAMI, TTML …) is among them, so that it is named and not passed over. */
const TEXT = /\.(?:srt|vtt|ass|ssa|sub|smi|sami|ttml|dfxp|sbv|stl|usf)$/i;
const PICTURES = /\.(?:idx|sup)$/i;

/**
 * The subtitle files beside a film: `film.srt`, `film.vi.srt`, `film.en.forced.ass`, in the same
 * folder, in capitals or not, as file systems of Macs and Windows have it. One that fits two films
 * (`film.2.srt` beside `film.mp4` and `film.2.mp4`) belongs to the one with the longer name; of `Film`
 * and `film` to the one that is written like it.
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
    .filter((name) => !isPartOfVobSub(name, present))
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
  const fitting = stems.filter((stem) => isPrefix(`${folded(stem)}.`, folded(name)));
  return fitting.toSorted(
    (a, b) => b.length - a.length || Number(isPrefix(b, name)) - Number(isPrefix(a, name)),
  )[0];
}

function isPrefix(start: string, text: string): boolean {
  return text.startsWith(start);
}

/** The pictures of an `.idx`, which is named already. */
function isPartOfVobSub(name: string, present: readonly string[]): boolean {
  const index = folded(plain(name)).replace(/\.sub$/, '.idx');
  return /\.sub$/i.test(name) && present.some((it) => folded(plain(it)) === index);
}

/** Of the same length as before: only what has one capital for one small letter. */
function folded(name: string): string {
  return [...name]
    .map((it) => (it.toLowerCase().length === it.length ? it.toLowerCase() : it))
    .join('');
}
