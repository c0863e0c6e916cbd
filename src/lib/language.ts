/**
 * BCP-47 of what a container says: `vie` → `vi`, `en_US` → `en-US`, nonsense → `und`. ISO 639-2/B codes
 * (`fre`, `ger`) are canonicalised by Intl as well (measured on Node 20).
 */
export function toLanguageTag(tag: string | undefined): string {
  const cleaned = (tag ?? '').trim().replaceAll('_', '-');
  if (cleaned === '' || /^(und|mul|zxx|mis|qaa)$/i.test(cleaned)) return 'und';
  try {
    return Intl.getCanonicalLocales(cleaned)[0] ?? 'und';
  } catch {
    return 'und';
  }
}

/** The name of a language in that language: `vi` → `Tiếng Việt`. `und` has none: undefined. */
export function nameLanguage(tag: string): string | undefined {
  if (tag === 'und') return undefined;
  const name = new Intl.DisplayNames([tag], { type: 'language', fallback: 'none' }).of(tag);
  if (name === undefined) return undefined;
  const first = name.codePointAt(0);
  if (first === undefined) return undefined;
  const head = String.fromCodePoint(first);
  return head.toLocaleUpperCase(tag) + name.slice(head.length);
}
