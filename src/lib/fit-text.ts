import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/**
 * `text` in at most `columns` terminal cells. What is too long loses its middle to `…`, since names
 * differ at both ends (`The Long Na…S01E07.mkv`). Counts cells, not characters: 日 takes two, a
 * combining accent none; a character is never cut in two.
 */
export function fitText(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  if (columns < 1) return '';
  const parts = [...graphemes.segment(text)].map((part) => part.segment);
  const head = take(parts, Math.ceil((columns - 1) / 2));
  const tail = take(parts.toReversed(), columns - 1 - stringWidth(head.join('')));
  return `${head.join('')}…${tail.toReversed().join('')}`;
}

/** `text` with spaces after it up to `columns` cells; longer text is left as it is. */
export function padText(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - stringWidth(text)));
}

/** The first parts that fit into `columns` cells. */
function take(parts: readonly string[], columns: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const part of parts) {
    used += stringWidth(part);
    if (used > columns) break;
    taken.push(part);
  }
  return taken;
}
