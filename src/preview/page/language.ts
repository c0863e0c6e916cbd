import { english, type Texts } from './texts-en.ts';
import { vietnamese } from './texts-vi.ts';

export const LANGUAGES = { en: 'English', vi: 'Tiếng Việt' } as const;
export type Language = keyof typeof LANGUAGES;

/** Above what reads it as this module is loaded. */
const STORAGE_KEY = 'movie-ingest-language';

/** The language of the page: the one that was chosen here, else the first of the browser's that we have. */
export const language: Language =
  [readChoice(), ...navigator.languages.map((tag) => tag.split('-')[0])].find(isOurs) ?? 'en';

export const texts: Texts = language === 'vi' ? vietnamese : english;

/** Kept for the next visit; the page has to be loaded anew to speak it. */
export function chooseLanguage(chosen: Language): void {
  try {
    localStorage.setItem(STORAGE_KEY, chosen);
  } catch {
    // a browser that keeps nothing for us: the choice cannot be made
  }
}

function readChoice(): string | undefined {
  try {
    return localStorage.getItem(STORAGE_KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

function isOurs(tag: string | undefined): tag is Language {
  return tag !== undefined && Object.hasOwn(LANGUAGES, tag);
}
