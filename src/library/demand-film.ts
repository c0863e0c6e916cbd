import { IngestError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';
import { isSlug } from '../lib/make-slug.ts';
import type { LibraryContext } from './context.ts';
import { type Film, lookAgain } from './look-at-film.ts';

const ALONE = { isBusy: false, isWaiting: false, wasSeen: () => false } as const;

/** One film, by whoever holds its lock. Throws `usage` when neither store nor catalogue has it. */
export async function demandFilm(slug: string, context: LibraryContext): Promise<Film> {
  const film = isSlug(slug) ? await lookAgain(slug, ALONE, context) : undefined;
  if (film !== undefined && (film.document !== undefined || film.stored.objects.length > 0)) {
    return film;
  }
  throw new IngestError('usage', {
    what: `there is no film called ${cleanText(slug, { maxLength: 100 })}`,
    why: `Neither ${context.store.name} nor ${context.catalog.name} has it.`,
    fix: `See what there is: ${context.commandHere('list')}`,
  });
}
