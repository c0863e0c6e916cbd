/**
 * BCP-47 of what a container says: `vie` → `vi`, `en_US` → `en-US`, `fre` and `fra` → `fr` (Intl knows
 * the ISO 639-2/B codes), `por-BR` → `pt-BR`; a language's name in English or in itself counts as well
 * (`Vietnamese`, `Tiếng Việt`). Codes that say nothing (`mis`, `mul`, `zxx`, `qaa` to `qtz`) and nonsense are `und`.
 */
export function toLanguageTag(tag: string | undefined): string {
  const cleaned = (tag ?? '').trim().replaceAll('_', '-');
  if (cleaned === '' || /^(und|mul|zxx|mis|q[a-t][a-z])(-|$)/i.test(cleaned)) return 'und';
  const canonical = canonicalTag(cleaned);
  // A primary subtag of four letters and more is no language: it is a name, or nothing.
  if (canonical !== undefined && isLanguage(canonical)) return canonical;
  return languageNamed(cleaned) ?? 'und';
}

/** Of two letters all that there are have names; of three letters there are more than Intl can name. */
function isLanguage(tag: string): boolean {
  const primary = primaryLanguage(tag);
  return (
    /^[a-z]{3}$/.test(primary) ||
    (/^[a-z]{2}$/.test(primary) && nameIn('en', primary) !== undefined)
  );
}

/** The tag of a language by its name in English or in itself: `German` and `Deutsch` → `de`. */
export function languageNamed(name: string): string | undefined {
  return tagsByName().get(name.trim().toLowerCase());
}

/** The name of a language in that language: `vi` → `Tiếng Việt`. `und` has none: undefined. */
export function nameLanguage(tag: string): string | undefined {
  if (tag === 'und') return undefined;
  const name = nameIn(tag, tag);
  const first = name?.codePointAt(0);
  if (name === undefined || first === undefined) return undefined;
  const head = String.fromCodePoint(first);
  return head.toLocaleUpperCase(tag) + name.slice(head.length);
}

/** The part that speakers share: `pt` of `pt-BR`. */
export function primaryLanguage(tag: string): string {
  return tag.split('-')[0] ?? tag;
}

function canonicalTag(text: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(text)[0];
  } catch {
    return undefined;
  }
}

/** In English where Intl does not speak `locale`: else it would be the language of this machine. */
function nameIn(locale: string, tag: string): string | undefined {
  return new Intl.DisplayNames([locale, 'en'], { type: 'language', fallback: 'none' }).of(tag);
}

let knownNames: ReadonlyMap<string, string> | undefined;

/** Of the languages with a code of two letters. Made when first needed: most films say codes. */
function tagsByName(): ReadonlyMap<string, string> {
  knownNames ??= new Map(
    twoLetterTags().flatMap((tag) =>
      ['en', tag].flatMap((locale) => {
        const name = nameIn(locale, tag)?.toLowerCase();
        return name === undefined ? [] : [[name, tag] as const];
      }),
    ),
  );
  return knownNames;
}

function twoLetterTags(): readonly string[] {
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  const english = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });
  return letters
    .flatMap((first) => letters.map((second) => first + second))
    .filter((tag) => english.of(tag) !== undefined && canonicalTag(tag) === tag);
}
