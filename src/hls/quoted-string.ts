import { cleanText } from '../lib/clean-text.ts';

/**
 * Makes a text from outside (a track's title) fit for an attribute of a playlist, quotes included.
 * RFC 8216 §4.2 forbids line breaks and `"` in a quoted-string, §4.1 all control characters. The
 * apostrophe becomes a typographic one: hls-parser 0.16.1 takes `'` inside quotes for a quote.
 */
export function quotedString(text: string): string {
  const plain = cleanText(text, { maxLength: 100 }).replaceAll('"', '”').replaceAll("'", '’');
  return `"${plain}"`;
}
