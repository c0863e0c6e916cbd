import { decodeHTMLStrict } from 'entities';

/** `text` is that of the element itself, children not included. Names are in lower case. */
export type XmlElement = Readonly<{
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: readonly XmlElement[];
  text: string;
}>;

type OpenElement = {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  text: string;
};

const MAX_DEPTH = 20;

/**
 * A small reader for small trusted-by-nobody files: elements, attributes, text, CDATA. A DOCTYPE is
 * stepped over and its entities are never expanded, so there is no bomb and no file to include; those
 * of HTML are, which many write without being told to.
 * Undefined when it is not XML or an element is not closed. What follows the root is ignored: Kodi
 * allows a link there. Linear in the length of the text.
 */
export function readXml(xml: string): XmlElement | undefined {
  const root: OpenElement = { name: '', attributes: {}, children: [], text: '' };
  const open: OpenElement[] = [root];
  let at = 0;
  while (root.children.length === 0 || open.length > 1) {
    const current = open.at(-1) ?? root;
    const start = xml.indexOf('<', at);
    if (start === -1) return undefined;
    current.text += decodeHTMLStrict(xml.slice(at, start));
    const end = endOfMarkup(xml, start);
    if (end === undefined) return undefined;
    if (xml.startsWith('<![CDATA[', start)) current.text += xml.slice(start + 9, end - 3);
    else if (!/^<[!?]/.test(xml.slice(start, start + 2))) {
      if (!readTag(xml.slice(start + 1, end - 1), open)) return undefined;
    }
    at = end;
  }
  return root.children[0];
}

/** Where the markup that starts at `start` ends; comments and CDATA may hold `>`. */
function endOfMarkup(xml: string, start: number): number | undefined {
  const terminator = terminatorOf(xml, start);
  const end = xml.indexOf(terminator, start + 2);
  return end === -1 ? undefined : end + terminator.length;
}

function terminatorOf(xml: string, start: number): string {
  if (xml.startsWith('<!--', start)) return '-->';
  if (xml.startsWith('<![CDATA[', start)) return ']]>';
  if (xml.startsWith('<?', start)) return '?>';
  const subset = /^<!DOCTYPE[^<>[]*\[/i.test(xml.slice(start, start + 200));
  return subset ? ']>' : '>';
}

/** False when the tag fits nowhere. */
function readTag(tag: string, open: OpenElement[]): boolean {
  if (tag.startsWith('/')) {
    const closed = open.length > 1 ? open.pop() : undefined;
    if (closed?.name !== tag.slice(1).trim().toLowerCase()) return false;
    open.at(-1)?.children.push(closed);
    return true;
  }
  const name = /^[A-Za-z_][\w.:-]*/.exec(tag)?.[0];
  if (name === undefined || open.length > MAX_DEPTH) return false;
  const element = {
    name: name.toLowerCase(),
    attributes: readAttributes(tag),
    children: [],
    text: '',
  };
  if (tag.endsWith('/')) open.at(-1)?.children.push(element);
  else open.push(element);
  return true;
}

function readAttributes(tag: string): Record<string, string> {
  const attributes: Record<string, string> = Object.create(null);
  for (const match of tag.matchAll(/\s([A-Za-z_][\w.:-]*)=(?:"([^"]*)"|'([^']*)')/g)) {
    attributes[match[1]?.toLowerCase() ?? ''] = decodeHTMLStrict(match[2] ?? match[3] ?? '');
  }
  return attributes;
}
