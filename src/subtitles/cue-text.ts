import { stripVTControlCharacters } from 'node:util';
import { decodeHTMLStrict } from 'entities';

/** Longer than anybody can read in the time of a cue; more is a broken file or an attack. */
const MAX_CHARACTERS = 2_000;
const MAX_LINES = 12;

/** A text with HTML tags and entities, as SubRip and WebVTT have them, as WebVTT cue text (`Cue.text`). */
export function cueText(markup: string): string {
  const open: string[] = [];
  const parts = cleanLines(markup)
    .split(/(<[^<>]{0,200}>)/)
    .map((part, index) => (index % 2 === 1 ? keptTag(part, open) : escapeText(part)));
  const closing = open.toReversed().map((name) => `</${name}>`);
  return dropEmptyLines([...parts, ...closing].join(''));
}

/**
 * Lines without what has no place in a text: control characters, lone surrogates, overrides of the
 * reading direction. Marks and embeddings of right-to-left texts stay: Hebrew and Arabic subtitles
 * need them, and they cannot reach beyond the cue.
 */
function cleanLines(markup: string): string {
  return stripVTControlCharacters(markup.slice(0, 4 * MAX_CHARACTERS))
    .replace(/\r\n?|[\u{85}\u{2028}\u{2029}]/gu, '\n')
    .replace(/\{\\[^{}]*\}/g, '') // styling of ASS, which SubRip files carry too
    .replace(/[\p{Surrogate}\p{Noncharacter_Code_Point}\u{FEFF}\u{202D}\u{202E}]/gu, '')
    .replace(/(?!\n)\p{Cc}/gu, ' ')
    .normalize('NFC')
    .replace(/(\p{M}{8})\p{M}+/gu, '$1')
    .split('\n')
    .slice(0, MAX_LINES)
    .join('\n')
    .slice(0, MAX_CHARACTERS)
    .replace(/\p{Surrogate}$/u, '');
}

const KEPT = /^<(\/?)([biu])(?:[\s.][^<>]*)?>$/i;

/** `<b>`, `<i>`, `<u>` and their ends where one is open; a line's end for `<br>`; nothing for any other tag. */
function keptTag(tag: string, open: string[]): string {
  const [, slash, letter] = KEPT.exec(tag) ?? [];
  const name = letter?.toLowerCase();
  if (/^<br\b/i.test(tag)) return '\n';
  // Not a tag at all: `a < b > c`.
  if (name === undefined) return /^<\/?[a-z\d]|^<!--|^<[/!?]/i.test(tag) ? '' : escapeText(tag);
  if (slash === '') {
    if (open.includes(name)) return '';
    open.push(name);
    return `<${name}>`;
  }
  const at = open.lastIndexOf(name);
  if (at === -1) return '';
  // What was opened inside of it ends and begins again, as WebVTT wants tags nested.
  const inner = open.splice(at).slice(1);
  open.push(...inner);
  const ends = inner.toReversed().map((it) => `</${it}>`);
  return [...ends, `</${name}>`, ...inner.map((it) => `<${it}>`)].join('');
}

function escapeText(text: string): string {
  return text
    .split(/(\n)/)
    .map((line, index) => (index % 2 === 1 ? line : decodeHTMLStrict(line).replace(NO_TEXT, ' ')))
    .join('')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** What entities stand for may be what `cleanLines` took out of the rest. */
const NO_TEXT =
  /[\p{Cc}\p{Surrogate}\p{Noncharacter_Code_Point}\u{202D}\u{202E}\u{2028}\u{2029}]/gu;

/** An empty line would end the cue. */
function dropEmptyLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(/[ \t\u{3000}]+/gu, ' ').trim())
    .filter((line) => line.replaceAll(/<\/?[biu]>/g, '').trim() !== '' || /<\/?[biu]>/.test(line))
    .join('\n')
    .replace(/<([biu])>\s*<\/\1>/g, '')
    .replace(/\n(?=(?:<\/[biu]>)+$)/, '')
    .replace(/\n{2,}/g, '\n')
    .trim();
}
