/**
 * The text of one sample of an MP4 text track (3GPP TS 26.245 §5.17; QuickTime's are alike): its length
 * in two bytes, the text, boxes. Bold, italics and underline of its `styl` box become tags, what would
 * be a tag is escaped. '' for an empty sample, which only ends the one before.
 */
export function movTextMarkup(sample: Buffer): string {
  if (sample.length < 2) return '';
  const end = 2 + sample.readUInt16BE(0);
  const characters = [...decode(sample.subarray(2, end))];
  const styles = stylesOf(sample.subarray(end), characters.length);
  return characters
    .map((character, at) => {
      const escaped = ESCAPED[character] ?? character;
      return tagsBetween(styles[at - 1] ?? 0, styles[at] ?? 0) + escaped;
    })
    .concat(tagsBetween(styles[characters.length - 1] ?? 0, 0))
    .join('');
}

const ESCAPED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** UTF-16 has a byte order mark; QuickTime's oldest films are in the Macintosh's own table. */
function decode(text: Buffer): string {
  const mark = text.length >= 2 ? text.readUInt16BE(0) : 0;
  if (mark === 0xfeff) return new TextDecoder('utf-16be').decode(text);
  if (mark === 0xfffe) return new TextDecoder('utf-16le').decode(text);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(text);
  } catch {
    return new TextDecoder('macintosh').decode(text);
  }
}

/** Bits of `face-style-flags`. */
const FACES = [
  [1, 'b'],
  [2, 'i'],
  [4, 'u'],
] as const;

/** The flags of each character. */
function stylesOf(boxes: Buffer, count: number): readonly number[] {
  const flags = new Array<number>(count).fill(0);
  let at = 0;
  while (at + 8 <= boxes.length) {
    const size = boxes.readUInt32BE(at);
    if (boxes.toString('latin1', at + 4, at + 8) === 'styl') {
      // A count, then 12 bytes each: from, to, font, flags, size, colour.
      for (let row = at + 10; row + 12 <= Math.min(boxes.length, at + size); row += 12) {
        flags.fill(boxes[row + 6] ?? 0, boxes.readUInt16BE(row), boxes.readUInt16BE(row + 2));
      }
    }
    if (size < 8) break;
    at += size;
  }
  return flags;
}

/** What closes and what opens where one style follows another. */
function tagsBetween(before: number, after: number): string {
  const ends = FACES.filter(([bit]) => (before & bit) > 0 && (after & bit) === 0);
  const starts = FACES.filter(([bit]) => (before & bit) === 0 && (after & bit) > 0);
  return [...ends.map(([, tag]) => `</${tag}>`), ...starts.map(([, tag]) => `<${tag}>`)].join('');
}
