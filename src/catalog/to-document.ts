import { Long } from 'bson';

const SIZES = new Set(['bytes', 'size', 'size_bytes']);

/**
 * The BSON form of a document of ours: whole numbers under `bytes`, `size` and `size_bytes` become
 * Long at any depth, because the driver would store 5 MB as Int32 and 5 GB as Double; absent
 * (undefined) fields are left out, because it would store them as null. Dates, ObjectIds and Longs
 * stay themselves.
 */
export function toDocument(fields: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, toValue(key, value)]),
  );
}

function toValue(key: string, value: unknown): unknown {
  if (typeof value === 'number' && SIZES.has(key) && Number.isSafeInteger(value)) {
    return Long.fromNumber(value);
  }
  if (Array.isArray(value)) return value.map((item) => toValue('', item));
  return isPlainObject(value) ? toDocument(value) : value;
}

/** Neither a Date nor one of BSON's own values. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return !(value instanceof Date) && !('_bsontype' in value);
}
