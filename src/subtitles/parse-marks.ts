import { cleanText } from '../lib/clean-text.ts';
import { findLanguage } from '../lib/find-language.ts';

/** What the words beside a subtitle's language say of it. */
export type SubtitleMarks = Readonly<{
  /** BCP-47, `und` when no word is one. */
  language: string;
  isForced: boolean;
  /** For viewers who cannot hear: speakers and noises are named. */
  isSdh: boolean;
  isDefault: boolean;
  /** The other words. */
  title?: string;
}>;

/**
 * Reads the middle of `film.en.forced.srt`, which is `en.forced`, the same words in front of the `=` of
 * `--subtitle en.sdh=file.srt`: language, `forced`, `sdh`, `cc` or `hi`, `default`, in any order; what
 * is left is a title. `hi` alone is Hindi; beside a language it is for the hearing impaired.
 */
export function parseMarks(middle: string): SubtitleMarks {
  const marks = { isForced: false, isSdh: false, isDefault: false };
  let language: string | undefined;
  const rest: string[] = [];
  for (const word of wordsOf(middle)) {
    const mark = markOf(word, { hasLanguage: language !== undefined });
    if (mark !== undefined) marks[mark] = true;
    else if (language === undefined && findLanguage(word) !== undefined) {
      language = findLanguage(word);
    } else rest.push(word);
  }
  const title = cleanText(rest.join(' '), { maxLength: 100 });
  return { language: language ?? 'und', ...marks, ...(title === '' ? {} : { title }) };
}

type Mark = 'isForced' | 'isSdh' | 'isDefault';

function markOf(word: string, { hasLanguage }: { hasLanguage: boolean }): Mark | undefined {
  if (/^(?:forced|foreign|signs)$/i.test(word)) return 'isForced';
  if (/^(?:sdh|cc|hoh|hearing[ _-]?impaired)$/i.test(word)) return 'isSdh';
  if (/^hi$/i.test(word) && hasLanguage) return 'isSdh';
  return /^default$/i.test(word) ? 'isDefault' : undefined;
}

/** By dots, and by the underscores and brackets that some write instead; `pt-BR` stays whole. */
function wordsOf(middle: string): readonly string[] {
  return middle
    .slice(0, 300)
    .split(/[.[\](){},]+/)
    .flatMap((part) => (findLanguage(part) === undefined ? part.split('_') : [part]))
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
