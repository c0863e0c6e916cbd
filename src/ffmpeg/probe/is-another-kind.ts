/** First bytes of archives, documents and pictures, which people and browsers save under any name. */
const MAGIC: readonly string[] = [
  ...[
    'PK\u0003\u0004',
    '\u001f\u008b',
    'Rar!',
    '7z\u00bc\u00af',
    'BZh',
    '\u00fd7zXZ',
    '%PDF',
    '!<arch>',
  ],
  ...['\u0089PNG', '\u00ff\u00d8\u00ff', 'GIF8', 'BM', 'II*\u0000', 'MM\u0000*', '\u007fELF', 'MZ'],
];

/**
 * Whether what does not open as a film is no media container at all, by its beginning: a text (a
 * playlist, a script, an MPD, an SVG, a page of an error) or another known kind of file. A film that is
 * damaged begins with neither.
 */
export function isAnotherKind(start: Uint8Array): boolean {
  const latin = Buffer.from(start).toString('latin1');
  return MAGIC.some((magic) => latin.startsWith(magic)) || isText(start);
}

function isText(bytes: Uint8Array): boolean {
  // A letter may be cut in two at the end.
  const text = new TextDecoder('utf-8').decode(bytes, { stream: true });
  return text !== '' && !/\uFFFD|(?![\t\n\f\r])\p{Cc}/u.test(text);
}
