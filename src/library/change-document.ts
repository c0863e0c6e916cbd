import { isDeepStrictEqual } from 'node:util';
import { IngestError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';
import type { Catalog, CatalogDocument } from '../model/catalog.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Somebody who writes all the time would never let us through. */
const TRIES = 10;

/**
 * Sets single fields of a document and nothing else. A change that somebody made meanwhile to other
 * fields stays; one to these very fields is never overwritten: then throws `catalog` and says what
 * stands there now. Answers with the document before; undefined when there is none.
 */
export async function changeDocument(
  catalog: Pick<Catalog, 'findBySlug' | 'change'>,
  slug: string,
  fields: Fields,
): Promise<Readonly<{ before: CatalogDocument; outcome: 'changed' | 'unchanged' }> | undefined> {
  const before = await catalog.findBySlug(slug);
  let read = before;
  for (let attempt = 1; before !== undefined && read !== undefined; attempt += 1) {
    if (isThere(read, fields)) {
      // After a lost answer too: then it was our own write that the first look did not show.
      return { before, outcome: isThere(before, fields) ? 'unchanged' : 'changed' };
    }
    refuseOthersChange(before, read, fields);
    if ((await catalog.change({ read, fields })) === 'changed')
      return { before, outcome: 'changed' };
    if (attempt === TRIES) throw tooBusy(slug);
    read = await catalog.findBySlug(slug);
  }
  return undefined;
}

function isThere(document: CatalogDocument, fields: Fields): boolean {
  return Object.entries(fields).every(([field, value]) =>
    isDeepStrictEqual(document[field], value),
  );
}

function refuseOthersChange(before: CatalogDocument, now: CatalogDocument, fields: Fields): void {
  const taken = Object.keys(fields).find(
    (field) => !isDeepStrictEqual(now[field], before[field]) && !isBookkeeping(field),
  );
  if (taken === undefined) return;
  const value = cleanText(String(now[taken]), { maxLength: 200 });
  throw new IngestError('catalog', {
    what: `${taken} of ${before.slug} was changed by somebody else at this moment`,
    why: `It is "${value}" now, and was left so.`,
    fix: 'Run the same command again to change it all the same.',
  });
}

function isBookkeeping(field: string): boolean {
  return field === 'error' || field === 'deleted_at';
}

function tooBusy(slug: string): IngestError {
  return new IngestError('catalog', {
    what: `the document of ${slug} cannot be changed: somebody else does, again and again`,
    fix: 'Run the same command again later.',
  });
}
