import { IngestError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';

/** `50` films, or `20 %` of those that there are. */
export type LossLimit = Readonly<{ films: number } | { share: number }>;

/** A tenth, but a small library may lose this many. */
const DEFAULT_SHARE = 0.1;
const DEFAULT_FILMS = 5;

/** Throws `usage` for what is neither a number nor a share. */
export function parseLossLimit(text: string): LossLimit {
  const [, digits, percent] = /^(\d{1,9})\s*(%?)$/.exec(text.trim()) ?? [];
  if (digits !== undefined && !(percent === '%' && Number(digits) > 100)) {
    return percent === '%' ? { share: Number(digits) / 100 } : { films: Number(digits) };
  }
  throw new IngestError('usage', {
    what: `"${cleanText(text, { maxLength: 40 })}" is no limit`,
    fix: 'Give a number of films or a share of them: --max-delete 20 or --max-delete 25%',
  });
}

/** How many of `films` may lose something in one run. */
export function filmsAtMost(limit: LossLimit | undefined, films: number): number {
  if (limit === undefined) return Math.max(DEFAULT_FILMS, Math.floor(films * DEFAULT_SHARE));
  return 'films' in limit ? limit.films : Math.floor(films * limit.share);
}
