import fc from 'fast-check';
import { expect, test } from 'vitest';
import { movTextMarkup } from '../../../../src/ffmpeg/text/mov-text-markup.ts';

function sample(text: Buffer, ...boxes: readonly Buffer[]): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length);
  return Buffer.concat([length, text, ...boxes]);
}

/** Rows of first character, the one behind the last, and flags. */
function styl(...rows: readonly (readonly [number, number, number])[]): Buffer {
  const box = Buffer.alloc(10 + 12 * rows.length);
  box.writeUInt32BE(box.length);
  box.write('styl', 4, 'latin1');
  box.writeUInt16BE(rows.length, 8);
  for (const [index, [from, to, flags]] of rows.entries()) {
    box.writeUInt16BE(from, 10 + 12 * index);
    box.writeUInt16BE(to, 12 + 12 * index);
    box[16 + 12 * index] = flags;
  }
  return box;
}

test('a text comes with its bold and italics as tags, counted in characters, and what is no tag escaped', () => {
  const text = Buffer.from('Chớp 😀 a<b');
  expect(movTextMarkup(sample(text, styl([0, 4, 2], [5, 6, 1])))).toBe(
    '<i>Chớp</i> <b>😀</b> a&lt;b',
  );
});

test('UTF-16 is known by its mark, what is no Unicode at all is the Macintosh’s', () => {
  const utf16 = Buffer.from('\ufeffViệt', 'utf16le').swap16();
  expect(movTextMarkup(sample(utf16))).toBe('Việt');
  expect(movTextMarkup(sample(Buffer.from([0x63, 0x61, 0x66, 0x8e])))).toBe('café');
});

test('an empty sample is no text', () => {
  expect(movTextMarkup(sample(Buffer.alloc(0)))).toBe('');
  expect(movTextMarkup(Buffer.alloc(0))).toBe('');
});

test('bytes of any kind are no error', () => {
  const anything = fc.uint8Array({ maxLength: 80 });
  fc.assert(
    fc.property(anything, anything, (text, boxes) => {
      expect(() =>
        movTextMarkup(sample(Buffer.from(text), styl([0, 3, 7]), Buffer.from(boxes))),
      ).not.toThrow();
      expect(() => movTextMarkup(Buffer.from(boxes))).not.toThrow();
    }),
    { numRuns: 300, seed: 4 },
  );
});
