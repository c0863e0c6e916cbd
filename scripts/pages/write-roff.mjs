/** A page for man (man(7) macros, which groff and mandoc both read). `name` as in `movie-ingest-locks`. */
export function writeRoff({ title, blocks }, { name, section, version, about = title }) {
  const head = [
    '.\\" Made by scripts/write-pages.mjs',
    `.TH ${quoted(name.toUpperCase())} ${section} "" ${quoted(`movie-ingest ${version}`)} "movie-ingest"`,
    '.nh', // no hyphens in names that are copied
    '.ad l',
    '.SH NAME',
    `${escaped(name)} \\- ${escaped(about)}`,
  ];
  const [first] = blocks;
  const opening = first === undefined || isSection(first) ? [] : ['.SH DESCRIPTION'];
  return `${[...head, ...opening, ...blocksRoff(blocks)].join('\n')}\n`;
}

function isSection(block) {
  return block.kind === 'heading' && block.level <= 2;
}

/** A paragraph right behind a heading needs no macro, and mandoc says so. */
function blocksRoff(blocks) {
  return blocks.flatMap((block, at) => {
    const before = blocks[at - 1];
    const isFirst = before === undefined || before.kind === 'heading';
    return blockRoff(block, isFirst);
  });
}

function blockRoff(block, isFirst) {
  switch (block.kind) {
    case 'heading':
      return [`${block.level <= 2 ? '.SH' : '.SS'} ${quoted(plain(block.runs))}`];
    case 'paragraph':
      return [...(isFirst ? [] : ['.PP']), line(block.runs)];
    case 'code':
      return [...(isFirst ? [] : ['.PP']), '.RS 4', '.nf', ...codeLines(block.text), '.fi', '.RE'];
    case 'list':
      return block.items.flatMap(({ mark, blocks }) => itemRoff(mark, blocks));
    case 'table':
      return block.rows.flatMap((row) => rowRoff(row, block.header));
  }
}

function itemRoff(mark, [first, ...rest]) {
  const opening = [`.IP ${quoted(mark)} 4`, ...(first === undefined ? [] : blockRoff(first, true))];
  return rest.length === 0 ? opening : [...opening, '.RS 4', ...blocksRoff(rest), '.RE'];
}

function rowRoff([first = [], ...others], [, ...names]) {
  const told = others.flatMap((cell, at) => {
    if (plain(cell) === '') return [];
    const name = others.length > 1 ? plain(names[at] ?? []) : '';
    return [[...(name === '' ? [] : [{ text: `${name}: `, style: 'plain' }]), ...cell]];
  });
  if (plain(first) === '') return told.flatMap((runs) => ['.PP', line(runs)]);
  const [one, ...more] = told;
  return [
    ...['.TP', line(first)],
    line(one ?? [{ text: '', style: 'plain' }]) || '\\&',
    ...more.flatMap((runs) => ['.br', line(runs)]),
  ];
}

function line(runs) {
  const text = runs.map(run).join('').replace(/\s+/g, ' ').trim();
  return guarded(text);
}

function run({ text, style }) {
  if (style === 'plain') return escaped(text);
  return `\\fB${escaped(text)}\\fR`;
}

function plain(runs) {
  return runs
    .map(({ text }) => text)
    .join('')
    .trim();
}

function codeLines(text) {
  return text.split('\n').map((it) => guarded(escaped(it)));
}

/** A line that begins with . or ' would be read as a request. */
function guarded(text) {
  return /^[.']/.test(text) ? `\\&${text}` : text;
}

/** `-` alone would become a hyphen that cannot be pasted into a shell. */
function escaped(text) {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti');
}

function quoted(text) {
  return `"${escaped(text).replaceAll('"', '\\(dq')}"`;
}
