import { IngestError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';

/** What the word after `preview` means, as far as the word itself tells. */
export type PreviewTarget =
  | Readonly<{ kind: 'library' }>
  | Readonly<{ kind: 'url'; url: URL }>
  | Readonly<{ kind: 'path'; path: string }>
  /** A slug, or a folder of that name where there is no such film. */
  | Readonly<{ kind: 'name'; name: string }>;

/** Pure. IngestError `usage` for an address that cannot be played. */
export function previewTarget(word: string | undefined): PreviewTarget {
  if (word === undefined) return { kind: 'library' };
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(word)) return { kind: 'url', url: playableUrl(word) };
  const isPath = /[/\\]/.test(word) || /^[.~]/.test(word) || /\.m3u8?$/i.test(word);
  return isPath ? { kind: 'path', path: word } : { kind: 'name', name: word };
}

function playableUrl(word: string): URL {
  const what = `"${cleanText(word, { maxLength: 200 })}" is no address that a browser can play`;
  const fix = 'Give the https:// address of a master.m3u8, or a folder.';
  if (!URL.canParse(word)) throw new IngestError('usage', { what, fix });
  const url = new URL(word);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new IngestError('usage', { what, why: 'It is not of the web.', fix });
  }
  if (url.username !== '' || url.password !== '') {
    throw new IngestError('usage', {
      what: 'an address with a name and a password in it cannot be played',
      why: 'Browsers refuse to load from such addresses.',
      fix: 'Take them out, or make a signed link.',
    });
  }
  return url;
}
