import { analyse } from 'chardet';

export type DecodedText = Readonly<{
  text: string;
  /** As TextDecoder calls it: `utf-8`, `windows-1258`. */
  encoding: string;
  /** Nothing in the file says so: another encoding would have been possible. */
  isGuess: boolean;
  /** Places with bytes that are no text in that encoding; each is a U+FFFD now. */
  damaged: number;
}>;

export type DecodeTextOptions = Readonly<{
  /** BCP-47, `und` when unknown. */
  language: string;
  /** What the file itself says, if it can: `ISO-8859-1` of an XML declaration. Believed where it is known. */
  declared?: string | undefined;
}>;

/**
 * The text of a file of unknown encoding, by the first of these that answers: its byte order mark;
 * UTF-16 when every other byte is zero; ISO-2022-JP by its escapes; UTF-8 when all of it is that, but for a few damaged places;
 * what it says of itself; a guess from its language and its bytes. NFC: Windows-1258 has the Vietnamese
 * tones as characters of their own.
 */
export function decodeText(
  bytes: Uint8Array,
  { language, declared }: DecodeTextOptions,
): DecodedText {
  const known =
    findMark(bytes) ??
    findUtf16(bytes) ??
    (isIso2022Jp(bytes) ? 'iso-2022-jp' : undefined) ??
    (isUtf8(bytes) ? 'utf-8' : undefined) ??
    declaredEncoding(declared);
  const encoding = known ?? guess(bytes, language);
  const text = decode(bytes, encoding).normalize('NFC');
  const damaged = text.match(/\uFFFD+/g)?.length ?? 0;
  return { text, encoding, isGuess: known === undefined, damaged };
}

/** Of 0x80 to 0x9f in Windows-1252; the five empty places stay control characters. */
const WESTERN_QUOTES = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

function decode(bytes: Uint8Array, encoding: string): string {
  const text = new TextDecoder(encoding).decode(bytes);
  if (encoding !== WESTERN) return text;
  // Node 20.20 decodes Windows-1252 as Latin-1: quotes, dashes and the euro sign are lost (measured).
  return text.replace(
    /[\u0080-\u009f]/g,
    (character) => WESTERN_QUOTES[character.charCodeAt(0) - 0x80] ?? character,
  );
}

function findMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 'utf-8' : undefined;
}

/** Times and line ends of a subtitle file are ASCII, whatever its language: half of UTF-16 is zeros. */
function findUtf16(bytes: Uint8Array): string | undefined {
  const sample = bytes.subarray(0, 4_096);
  const zeros = [0, 0];
  for (const [index, byte] of sample.entries()) {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  }
  const [even = 0, odd = 0] = zeros;
  if (Math.max(even, odd) < sample.length * 0.15) return undefined;
  if (odd > even * 4) return 'utf-16le';
  return even > odd * 4 ? 'utf-16be' : undefined;
}

/** Of ISO-2022-JP: to kanji, and back to ASCII or its Japanese twin. */
const TO_KANJI = ['\u001b$@', '\u001b$B'];
const FROM_KANJI = ['\u001b(B', '\u001b(J'];

/** ISO-2022-JP is ASCII throughout, with escapes to what the bytes stand for: UTF-8 by every other look. */
function isIso2022Jp(bytes: Uint8Array): boolean {
  const text = latin1(bytes);
  const has = (escapes: readonly string[]) => escapes.some((it) => text.includes(it));
  return has(TO_KANJI) && has(FROM_KANJI) && !/[\u0080-\u00ff]/.test(text);
}

/** Each byte as the character of its number. */
function latin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

/** One bad byte in a thousand good letters is damage: as anything else all of them would be garbage. */
const GOOD_FOR_ONE_BAD = 10;

/**
 * In other encodings hardly a letter beyond ASCII is UTF-8 by chance. What is cut off within its last
 * letter is UTF-8 too.
 */
function isUtf8(bytes: Uint8Array): boolean {
  const text = new TextDecoder('utf-8').decode(bytes, { stream: true });
  const bad = text.match(/\uFFFD/g)?.length ?? 0;
  if (bad === 0) return true;
  const good = text.match(/[^\0-\x7f\uFFFD]/gu)?.length ?? 0;
  return good >= bad * GOOD_FOR_ONE_BAD;
}

/** What subtitles of a language were written in before Unicode, the most usual first. */
const BY_LANGUAGE: Readonly<Record<string, readonly string[]>> = {
  vi: ['windows-1258'],
  ...of(['windows-1251', 'koi8-r', 'iso-8859-5'], 'ru bg be mk sr'),
  ...of(['windows-1251', 'koi8-u'], 'uk'),
  ...of(['windows-1250', 'iso-8859-2'], 'pl cs sk hu sl hr bs ro sq'),
  ...of(['windows-1253', 'iso-8859-7'], 'el'),
  ...of(['windows-1254'], 'tr az'),
  ...of(['windows-1255', 'iso-8859-8'], 'he yi'),
  ...of(['windows-1256', 'iso-8859-6'], 'ar fa ur'),
  ...of(['windows-1257'], 'lt lv et'),
  ...of(['shift_jis', 'euc-jp', 'iso-2022-jp'], 'ja'),
  ...of(['euc-kr'], 'ko'),
  ...of(['gb18030', 'big5'], 'zh'),
  ...of(['windows-874'], 'th'),
};

function of(encodings: readonly string[], languages: string): Record<string, readonly string[]> {
  return Object.fromEntries(languages.split(' ').map((language) => [language, encodings]));
}

function guess(bytes: Uint8Array, language: string): string {
  const sample = bytes.subarray(0, 200_000);
  const ranked = rank(sample);
  const usual = usualOf(language);
  if (
    looksLatin2(sample) &&
    (usual ?? ranked).some((it) => /^(?:windows-1250|iso-8859-2)$/.test(it))
  )
    return 'iso-8859-2';
  // Of those that the language has, the one that fits the bytes best; the first where none is ranked.
  if (usual !== undefined) return ranked.find((it) => usual.includes(it)) ?? usual[0] ?? WESTERN;
  if (language !== 'und') return WESTERN;
  return looksVietnamese(sample) ? 'windows-1258' : (ranked[0] ?? WESTERN);
}

/** All that remains: English, French, German, Spanish, the Nordic languages … */
const WESTERN = 'windows-1252';

function usualOf(language: string): readonly string[] | undefined {
  if (/^zh-(?:Hant|TW|HK)/i.test(language)) return ['big5', 'gb18030'];
  return BY_LANGUAGE[language.split('-')[0] ?? ''];
}

/** chardet's answers that TextDecoder knows as well, best first; those of Windows for their ISO twins. */
function rank(bytes: Uint8Array): readonly string[] {
  return analyse(bytes)
    .filter(({ confidence }) => confidence >= 10)
    .map(({ name }) => TWINS[name] ?? name.toLowerCase())
    .filter((name) => !/^(?:ascii|utf-)/.test(name) && isKnown(name));
}

/** Subtitles come from Windows: its tables hold the dashes and quotes that those of ISO lack. */
const TWINS: Readonly<Record<string, string>> = {
  'ISO-8859-1': 'windows-1252',
  'ISO-8859-2': 'windows-1250',
  'ISO-8859-7': 'windows-1253',
  'ISO-8859-8': 'windows-1255',
  'ISO-8859-9': 'windows-1254',
};

/** Of what has no byte of UTF-16 in it, and is no UTF-8: such names in a file are mistakes. */
function declaredEncoding(name: string | undefined): string | undefined {
  if (name === undefined || !isKnown(name)) return undefined;
  const { encoding } = new TextDecoder(name);
  return /^utf-/.test(encoding) ? undefined : encoding;
}

function isKnown(encoding: string): boolean {
  try {
    new TextDecoder(encoding);
    return true;
  } catch {
    return false;
  }
}

/** Grave, hook above, tilde, acute and dot below: bytes of their own in Windows-1258, after a vowel. */
const TONES = new Set([0xcc, 0xd2, 0xde, 0xec, 0xf2]);
const VOWEL = /[aeiouy\u{e2}\u{ea}\u{f4}\u{e3}\u{f5}\u{fd}\u{c2}\u{ca}\u{d4}\u{c3}\u{d5}\u{dd}]/iu;

/** chardet does not know Windows-1258; a fifth of all Vietnamese letters beyond ASCII are tone marks. */
function looksVietnamese(bytes: Uint8Array): boolean {
  let beyondAscii = 0;
  let toned = 0;
  for (const [index, byte] of bytes.entries()) {
    if (byte < 0x80) continue;
    beyondAscii += 1;
    const before = String.fromCharCode(bytes[index - 1] ?? 0);
    if (TONES.has(byte) && VOWEL.test(before)) toned += 1;
  }
  return toned >= 3 && toned >= beyondAscii * 0.2;
}

/**
 * Czech and Polish before Windows: ą, ś and Ž lie where Windows-1250 has signs that stand in no word, and
 * its quotes and dashes (0x80 to 0x9f) do not occur.
 */
function looksLatin2(bytes: Uint8Array): boolean {
  const text = latin1(bytes);
  const inWords = text.match(/[a-z][\xa6\xa9\xac\xae\xb1\xb6]|[\xa6\xa9\xac\xae\xb1\xb6][a-z]/gi);
  return (inWords?.length ?? 0) >= 2 && !/[\u0080-\u009f]/.test(text);
}
