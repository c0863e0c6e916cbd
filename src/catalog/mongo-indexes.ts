import type { Collection, Document, IndexDescription } from 'mongodb';
import { IngestError } from '../errors.ts';
import type { CatalogOptions } from './open-catalog.ts';

/**
 * catalog-sync-scale.md §1.5. Partial, so that documents of others, without slug or fingerprint, do
 * not count as equal to one another; `{$exists: true}` is what the planner can use for an equality.
 */
export const INDEXES: readonly (IndexDescription & Readonly<{ name: string }>)[] = [
  {
    name: 'slug_unique',
    key: { slug: 1 },
    unique: true,
    partialFilterExpression: { slug: { $exists: true } },
  },
  {
    name: 'source_fingerprint_unique',
    key: { 'source.fingerprint': 1 },
    unique: true,
    partialFilterExpression: { 'source.fingerprint': { $exists: true } },
  },
  { name: 'status_updated', key: { status: 1, updated_at: -1 } },
  { name: 'created', key: { created_at: -1 } },
  { name: 'ids_tmdb', key: { 'ids.tmdb': 1 }, sparse: true },
];

type Warn = NonNullable<CatalogOptions['onWarning']>;

/**
 * Sees to it that the indexes stand; again changes nothing, and nothing is ever dropped. An index of
 * the same fields under another name will do. The two unique ones are needed (without them concurrent
 * first writes leave several documents: test-servers.md §2.3), so their failure is thrown; the others
 * only make queries fast, so theirs is a warning.
 */
export async function ensureIndexes(collection: Collection, warn: Warn): Promise<void> {
  try {
    await collection.createIndexes([...INDEXES]);
  } catch {
    // One by one, to know which it is.
    for (const index of INDEXES) await ensureIndex(collection, index, warn);
  }
}

async function ensureIndex(
  collection: Collection,
  index: (typeof INDEXES)[number],
  warn: Warn,
): Promise<void> {
  try {
    await collection.createIndexes([index]);
  } catch (error) {
    if (await stands(collection, index)) return;
    if (index.unique !== true) {
      warn({ message: `The index ${index.name} is missing: large lists will be slow` });
      return;
    }
    throw conflictOf(error, collection, index) ?? error;
  }
}

async function stands(collection: Collection, wanted: IndexDescription): Promise<boolean> {
  const existing: readonly Document[] = await collection.indexes().catch(() => []);
  return existing.some(
    (it) =>
      JSON.stringify(it['key']) === JSON.stringify(wanted.key) &&
      (wanted.unique !== true || it['unique'] === true),
  );
}

/** 85 and 86: an index of this name or of these fields exists with other options. */
function conflictOf(
  error: unknown,
  collection: Collection,
  index: (typeof INDEXES)[number],
): IngestError | undefined {
  const code = (error as { code?: unknown }).code;
  if (code !== 85 && code !== 86) return undefined;
  const fields = Object.keys(index.key).join(', ');
  return new IngestError('catalog', {
    what: `An index of ${collection.namespace} is in the way of ${index.name} (code ${code})`,
    why: `One of that name or on ${fields} exists, but it is not unique on ${fields}.`,
    fix: `See db.${collection.collectionName}.getIndexes() in mongosh, drop that index, then run the same command again.`,
    cause: error,
  });
}
