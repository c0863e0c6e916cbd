import { IngestError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';

/** `--burn-subtitle 2`. Throws `usage` for what is no number of a track. */
export function trackNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new IngestError('usage', {
    what: `--burn-subtitle ${cleanText(text, { maxLength: 40 })} is no number of a track`,
    why: "The film's own subtitle tracks are counted from 1.",
    fix: 'See which there are: movie-ingest plan FILM',
  });
}
