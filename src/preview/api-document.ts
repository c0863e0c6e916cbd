import type { CatalogDocument } from '../model/catalog.ts';

/**
 * A document as the Spring Boot service answers it (catalog-sync-scale.md §1.7): `_id` as its 24 hex
 * digits, dates in ISO form, Long and the other BSON numbers as numbers, and without `_class`, which is
 * Spring's own. Every text goes through `rewrite`. BSON types are known by their own mark, so that this
 * needs no driver.
 */
export function apiDocument(
  document: CatalogDocument,
  rewrite: (text: string) => string,
): Readonly<Record<string, unknown>> {
  const { _class, ...fields } = document;
  return plainObject(fields, rewrite);
}

function plain(value: unknown, rewrite: (text: string) => string): unknown {
  if (typeof value === 'string') return rewrite(value);
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : instant(value);
  if (Array.isArray(value)) return value.map((item) => plain(item, rewrite));
  if ('_bsontype' in value) return plainBson(value._bsontype, value);
  return plainObject(value, rewrite);
}

/** As Java's Instant writes itself: no fraction where there is none. */
function instant(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}

function plainBson(type: unknown, value: object): unknown {
  if (type === 'Long' || type === 'Int32' || type === 'Double') return Number(String(value));
  // Others as they write themselves: ObjectId in hex, Decimal128 in digits, which no number can hold.
  return type === 'Binary' && 'toJSON' in value ? value : String(value);
}

function plainObject(
  value: object,
  rewrite: (text: string) => string,
): Readonly<Record<string, unknown>> {
  const entries = Object.entries(value).map(([key, item]) => [key, plain(item, rewrite)] as const);
  return Object.fromEntries(entries);
}
