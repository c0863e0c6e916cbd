// Writes docs/events.schema.json from src/model/event-line.ts; with --check it only compares (exit 1).
import { readFile, writeFile } from 'node:fs/promises';
import { tsImport } from 'tsx/esm/api';
import { z } from 'zod';

const file = new URL('../docs/events.schema.json', import.meta.url);
const { EventLine } = await tsImport('../src/model/event-line.ts', import.meta.url);

// `input`: readers must let fields pass that they do not know.
const schema = z.toJSONSchema(EventLine, { target: 'draft-2020-12', io: 'input' });
const text = `${JSON.stringify(
  {
    $schema: schema.$schema,
    title: 'movie-ingest events',
    description: 'One line of `movie-ingest … --json`. Explained in docs/json-output.md.',
    ...schema,
  },
  null,
  2,
)}\n`;

if (!process.argv.includes('--check')) {
  await writeFile(file, text);
} else if ((await readFile(file, 'utf8')) !== text) {
  console.error('docs/events.schema.json is not current: node scripts/write-schema.mjs');
  process.exitCode = 1;
}
