import { stripVTControlCharacters } from 'node:util';

/**
 * Makes a text from outside (a file name, a tag, a sidecar) fit to be printed, logged and stored:
 * one line, NFC, no terminal sequences, no control characters (C0, C1), nothing that turns the
 * reading direction, no invisible characters, no lone surrogates, white space folded to single spaces.
 * Cut at `maxLength` UTF-16 units, at a code point. What a language or an emoji needs stays: the
 * joiners between two visible characters, and up to eight combining marks. Cleaning again changes
 * nothing. May return ''.
 */
export function cleanText(text: string, { maxLength }: Readonly<{ maxLength: number }>): string {
  // The bound is for a hostile megabyte: more than this never gets into the result.
  const cleaned = stripVTControlCharacters(text.slice(0, 8 * maxLength + 1_024))
    .replace(/\p{Surrogate}|\p{Noncharacter_Code_Point}/gu, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(INVISIBLE, '')
    .normalize('NFC')
    .replace(/(\p{M}{8})\p{M}+/gu, '$1') // towers of marks spill over the lines above and below
    .replace(STRAY_JOINER, '')
    .replace(/\s+/gu, ' ')
    .trim();
  return cut(cleaned, maxLength);
}

/**
 * Default_Ignorable_Code_Point is Unicode's own list of what has no glyph: soft hyphen, zero-width
 * space, all Bidi_Control, byte order mark, tag characters, fillers. Of it stay ZWNJ and ZWJ (Persian,
 * Indic scripts, emoji families) and the two selectors of text or emoji form.
 */
const INVISIBLE =
  /(?!\u{200C}|\u{200D}|\u{FE0E}|\u{FE0F})[\p{Default_Ignorable_Code_Point}\u{FFF9}-\u{FFFB}]/gu;

/** A joiner that joins nothing: at an end, beside a space, after another joiner. */
const STRAY_JOINER = /(?<=^|[\s\u{200C}\u{200D}])[\u{200C}\u{200D}]+|[\u{200C}\u{200D}]+(?=\s|$)/gu;

function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const splitsPair = (text.codePointAt(maxLength - 1) ?? 0) > 0xffff;
  return text
    .slice(0, splitsPair ? maxLength - 1 : maxLength)
    .replace(/[\s\u{200C}\u{200D}]+$/u, '');
}
