/** A copy of `value` with `redact` applied to every text in it, however deep. */
export function redactTexts<Value>(value: Value, redact: (text: string) => string): Value {
  return mapTexts(value, redact) as Value;
}

function mapTexts(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapTexts(item, redact)]),
  );
}
