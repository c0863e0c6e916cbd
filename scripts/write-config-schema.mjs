// Writes docs/config.schema.json, docs/preset.schema.json and docs/movie.schema.json from the zod
// schemas, so that editors complete and check these kinds of file. With --check it writes nothing and exits 1 when they are old.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { register } from 'tsx/esm/api';

register();
const { z } = await import('zod');
const { ConfigFile } = await import('../src/config/config-schema.ts');
const { MovieFile } = await import('../src/catalog/sidecar.ts');
const { Preset } = await import('../src/model/preset.ts');

const files = [
  { name: 'config.schema.json', title: 'movie-ingest configuration', schema: ConfigFile },
  { name: 'preset.schema.json', title: 'movie-ingest preset', schema: Preset },
  { name: 'movie.schema.json', title: 'movie.json, beside a film', schema: MovieFile },
];

for (const { name, title, schema } of files) {
  const file = path.join(import.meta.dirname, '..', 'docs', name);
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  const text = `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`;
  if (!process.argv.includes('--check')) await writeFile(file, text);
  else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
    console.error(`docs/${name} is old: run node scripts/write-config-schema.mjs`);
    process.exitCode = 1;
  }
}
