import { nameLanguage, toLanguageTag } from './language.ts';

/**
 * The language that a word in a file's name stands for, as BCP-47: a code (`vi`, `vie`, `pt-BR`) or a
 * name, in English or in the language itself, with or without its accents (`Vietnamese`, `tieng viet`).
 * Undefined for any other word.
 */
export function findLanguage(word: string): string | undefined {
  const text = word.trim();
  if (/^[a-z]{2,3}(?:[-_][a-z]{2,4})?(?:[-_][a-z]{2})?$/i.test(text)) {
    const tag = toLanguageTag(text);
    // Any two or three letters are well formed; only true languages have names.
    const [primary = ''] = tag.split('-');
    if (tag !== 'und' && nameLanguage(primary) !== undefined) return tag;
  }
  return byName().get(plain(text));
}

let names: ReadonlyMap<string, string> | undefined;

function byName(): ReadonlyMap<string, string> {
  names ??= new Map(
    LANGUAGES.flatMap((tag) => [
      [plain(nameLanguage(tag) ?? tag), tag] as const,
      [plain(new Intl.DisplayNames(['en'], { type: 'language' }).of(tag) ?? tag), tag] as const,
    ]),
  );
  return names;
}

/** Those that films are subtitled in, by the largest libraries of subtitles. */
const LANGUAGES = (
  'af sq am ar hy az eu be bn bs bg my ca zh zh-Hans zh-Hant hr cs da nl en eo et fil fi fr gl ka de ' +
  'el gu he hi hu is id ga it ja kn kk km ko ku ky lo la lv lt lb mk ms ml mt mr mn ne nb nn no fa pl ' +
  'pt pt-BR pa ro ru sr si sk sl so es es-419 sw sv tg ta tt te th bo tr tk uk ur uz vi cy xh yi zu'
).split(' ');

/** `Tiếng Việt` → `tieng viet`. */
function plain(name: string): string {
  return name
    .normalize('NFD')
    .replaceAll('đ', 'd')
    .replaceAll('Đ', 'D')
    .replace(/\p{M}/gu, '')
    .replace(/[\s_-]+/g, ' ')
    .toLowerCase()
    .trim();
}
