import stringWidth from 'string-width';

const COLUMNS = 80;

/** A page as plain text of 80 columns; only code and addresses may be wider. */
export function writeText({ title, blocks }) {
  return `${title.toUpperCase()}\n\n${blocksText(blocks, COLUMNS)}\n`;
}

function blocksText(blocks, columns) {
  return blocks.map((block) => blockText(block, columns)).join('\n\n');
}

function blockText(block, columns) {
  switch (block.kind) {
    case 'heading':
      return underlined(plain(block.runs), block.level);
    case 'paragraph':
      return wrap(plain(block.runs), columns);
    case 'code':
      return indent(block.text, 4);
    case 'list':
      return block.items.map((item) => itemText(item, columns)).join('\n');
    case 'table':
      return tableText(block, columns);
  }
}

function underlined(text, level) {
  return `${text}\n${(level <= 2 ? '=' : '-').repeat(stringWidth(text))}`;
}

function itemText({ mark, blocks }, columns) {
  const width = mark.length + 1;
  const text = indent(blocksText(blocks, columns - width), width);
  return `${mark} ${text.slice(width)}`;
}

/** In columns where all of it fits; else a paragraph for each row, led by its first cell. */
function tableText({ header, rows }, columns) {
  const cells = rows.map((row) => row.map(plain));
  const names = header.map(plain);
  const hasNames = names.some((name) => name !== '');
  const all = hasNames ? [names, ...cells] : cells;
  const widths = names.map((_, at) => Math.max(...all.map((row) => stringWidth(row[at] ?? ''))));
  const total = widths.reduce((sum, width) => sum + width + 2, -2);
  if (total <= columns) {
    const line = (row) =>
      row
        .map((cell, at) => pad(cell, widths[at]))
        .join('  ')
        .trimEnd();
    const rule = widths.map((width) => '-'.repeat(width)).join('  ');
    return [...(hasNames ? [line(names), rule] : []), ...cells.map(line)].join('\n');
  }
  return cells.map((row) => rowText(row, names, columns)).join('\n\n');
}

function rowText([first = '', ...others], [, ...names], columns) {
  const told = others.flatMap((cell, at) => {
    if (cell === '') return [];
    const named = others.length > 1 && names[at] ? `${names[at]}: ${cell}` : cell;
    return [indent(wrap(named, columns - 4), 4)];
  });
  return [wrap(first, columns), ...told].filter((text) => text !== '').join('\n');
}

/** Code keeps its quotes where words stand around it: `add` is a word as well. */
function plain(runs) {
  const isAlone = runs.length === 1;
  return runs
    .map(({ text, style }) => (style === 'code' && !isAlone ? `\`${text}\`` : text))
    .join('')
    .trim();
}

function pad(text, width) {
  return text + ' '.repeat(width - stringWidth(text));
}

function wrap(text, columns) {
  return text
    .split('\n')
    .map((line) => wrapLine(line, columns))
    .join('\n');
}

function wrapLine(text, columns) {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1);
    if (line === '') lines[lines.length - 1] = word;
    else if (stringWidth(line) + 1 + stringWidth(word) <= columns) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else lines.push(word);
  }
  return lines.join('\n');
}

function indent(text, width) {
  return text.replace(/^(?=.)/gm, ' '.repeat(width));
}
