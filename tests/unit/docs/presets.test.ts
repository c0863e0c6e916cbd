import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Preset } from '../../../src/model/preset.ts';
import { ROOT, tableRows } from './read-documents.ts';

const names = readdirSync(join(ROOT, 'presets')).map((file) => file.replace('.json', ''));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

test('each preset has a page, and the overview leads to it', () => {
  const pages = readdirSync(join(ROOT, 'docs/presets')).map((file) => file.replace('.md', ''));
  expect(pages).toEqual(names);
  for (const name of names) expect(read('docs/presets.md')).toContain(`(presets/${name}.md)`);
});

test.each(names)('the table of %s says what the preset says', (name) => {
  const { rungs } = Preset.parse(JSON.parse(read(`presets/${name}.json`)));
  const [, , ...rows] = tableRows(read(`docs/presets/${name}.md`));
  expect(rows).toEqual(
    rungs.map((rung) =>
      [
        rung.name,
        `${rung.width}×${rung.height}`,
        ...[rung.crf, rung.maxKbps, rung.bufferKbits, rung.averageKbps],
      ].map(String),
    ),
  );
});
