import { lexer } from 'marked';

/**
 * A page of docs/ as blocks that a terminal and man can show: what marked reads, with all that is inline
 * made into runs of text. A link keeps its words, and its address where that is on the web.
 *
 * @typedef {{ text: string, style: 'plain' | 'strong' | 'code' }} Run
 * @typedef {{ kind: 'heading', level: number, runs: Run[] } | { kind: 'paragraph', runs: Run[] }
 *   | { kind: 'code', text: string } | { kind: 'list', items: { mark: string, blocks: Block[] }[] }
 *   | { kind: 'table', header: Run[][], rows: Run[][][] }} Block
 */

/** @returns {{ title: string, blocks: Block[] }} */
export function readPage(markdown) {
  const blocks = lexer(markdown).flatMap(toBlocks);
  const [title, ...rest] = blocks;
  if (title?.kind !== 'heading' || title.level !== 1)
    throw new Error('a page begins with its title');
  return { title: title.runs.map(({ text }) => text).join(''), blocks: rest };
}

function toBlocks(token) {
  switch (token.type) {
    case 'heading':
      return [{ kind: 'heading', level: token.depth, runs: toRuns(token.tokens) }];
    case 'paragraph':
    case 'text':
      return [{ kind: 'paragraph', runs: toRuns(token.tokens ?? [token]) }];
    case 'code':
      return [{ kind: 'code', text: token.text }];
    case 'list':
      return [{ kind: 'list', items: token.items.map((item, nth) => listItem(token, item, nth)) }];
    case 'table':
      return [
        {
          kind: 'table',
          header: token.header.map((cell) => toRuns(cell.tokens)),
          rows: token.rows.map((row) => row.map((cell) => toRuns(cell.tokens))),
        },
      ];
    case 'blockquote':
      return token.tokens.flatMap(toBlocks);
    case 'space':
    case 'hr':
    case 'html': // comments, and pictures
    case 'def':
      return [];
    default:
      throw new Error(`nothing shows ${token.type} yet`);
  }
}

function listItem(list, item, nth) {
  const mark = list.ordered ? `${Number(list.start || 1) + nth}.` : '•';
  return { mark, blocks: item.tokens.flatMap(toBlocks) };
}

function toRuns(tokens, style = 'plain') {
  return tokens.flatMap((token) => {
    switch (token.type) {
      case 'strong':
        return toRuns(token.tokens, 'strong');
      case 'em':
      case 'del':
        return toRuns(token.tokens, style);
      case 'codespan':
        return [{ text: token.text, style: 'code' }];
      case 'link':
        return [...toRuns(token.tokens, style), ...addressOf(token)];
      case 'image':
      case 'html':
        return [];
      case 'br':
        return [{ text: '\n', style }];
      default:
        return token.tokens ? toRuns(token.tokens, style) : [{ text: decode(token.text), style }];
    }
  });
}

function addressOf({ href, text }) {
  return /^https?:/.test(href) && href !== text ? [{ text: ` <${href}>`, style: 'plain' }] : [];
}

/** marked leaves text as HTML would have it. */
function decode(text) {
  const named = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => named[entity]).replace(/\n/g, ' ');
}
