/**
 * A field of a stored document as text, `''` when it is not there: `metadata.duration`. Documents are
 * from outside: any field may be missing or of another type. Dates are ISO, lists joined by spaces,
 * BSON values (ObjectId, Long) what they say of themselves.
 */
export function fieldText(document: Readonly<Record<string, unknown>>, path: string): string {
  return valueText(fieldValue(document, path));
}

export function fieldValue(document: Readonly<Record<string, unknown>>, path: string): unknown {
  let value: unknown = document;
  for (const name of path.split('.')) {
    if (!isRecord(value)) return undefined;
    value = value[name];
  }
  return value;
}

/** Elements of a list that are records; none for anything else. */
export function recordsOf(value: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function valueText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
  if (Array.isArray(value)) return value.map(valueText).join(' ');
  if (isRecord(value) && Object.getPrototypeOf(value) === Object.prototype)
    return JSON.stringify(value);
  return String(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
