import { cleanText } from '../../lib/clean-text.ts';
import type { Chapter } from '../../model/source.ts';
import type { ProbedFile } from './ffprobe-output.ts';

/** A film has dozens; a file may claim millions. */
const MAX_CHAPTERS = 1_000;

/**
 * The film's chapters in order, one after another: none begins at or after the end of the film or
 * together with another, and each ends where the next begins, if not before. `filmStart` is the time of
 * the film's first moment on the file's own clock.
 */
export function describeChapters(
  probed: ProbedFile,
  { filmStart, durationMs }: Readonly<{ filmStart: number; durationMs: number }>,
): readonly Chapter[] {
  const inFilm = (seconds: number | undefined) =>
    Math.min(durationMs, Math.max(0, Math.round(((seconds ?? Number.NaN) - filmStart) * 1000)));
  const ordered = probed.chapters
    .slice(0, MAX_CHAPTERS)
    .map(({ start_time, end_time, tags }) => ({
      startMs: inFilm(start_time),
      endMs: inFilm(end_time),
      title: cleanText(tags['title'] ?? tags['TITLE'] ?? '', { maxLength: 200 }),
    }))
    .filter(({ startMs }) => startMs < durationMs) // also where a time is no number
    .toSorted((a, b) => a.startMs - b.startMs)
    .filter(({ startMs }, index, all) => startMs !== all[index - 1]?.startMs);
  return ordered.map(({ startMs, endMs, title }, index) => {
    const next = ordered[index + 1]?.startMs ?? durationMs;
    return {
      startMs,
      endMs: endMs > startMs ? Math.min(endMs, next) : next,
      ...(title === '' ? {} : { title }),
    };
  });
}
