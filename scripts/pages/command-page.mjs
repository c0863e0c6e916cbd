import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const code = (text) => ({ kind: 'code', text });
const heading = (text) => ({ kind: 'heading', level: 2, runs: [{ text, style: 'plain' }] });
const paragraph = (text) => ({ kind: 'paragraph', runs: [{ text, style: 'plain' }] });
const cell = (text, style = 'plain') => [{ text, style }];

/** movie-ingest(1): the help of every command as it is printed, and where the rest is said. */
export async function commandPage(helpFolder, topics) {
  const read = (name) => readFile(join(helpFolder, `${name}.txt`), 'utf8');
  const names = (await readdir(helpFolder))
    .filter((name) => name.endsWith('.txt'))
    .map((name) => name.slice(0, -'.txt'.length))
    .filter((name) => name !== 'movie-ingest')
    .sort();
  const helps = await Promise.all(names.map(read));
  return {
    title: 'movie-ingest',
    blocks: [
      heading('Synopsis'),
      paragraph('movie-ingest <command> [options] [arguments]'),
      heading('Description'),
      code((await read('movie-ingest')).trimEnd()),
      heading('Commands'),
      ...helps.flatMap((help, at) => [
        { kind: 'heading', level: 3, runs: cell(names[at]) },
        code(help.trimEnd()),
      ]),
      heading('See also'),
      {
        kind: 'table',
        header: [cell(''), cell('')],
        rows: topics.map(({ topic, title }) => [
          cell(`movie-ingest-${topic}(7)`, 'strong'),
          cell(title),
        ]),
      },
    ],
  };
}
