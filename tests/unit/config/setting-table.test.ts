import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigFile } from '../../../src/config/config-schema.ts';
import { SETTINGS, waysOf } from '../../../src/config/setting-table.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

type Node = Readonly<{ properties?: Record<string, Node> }>;

describe('all that describes the settings describes the same ones', () => {
  it('the config file has a key for every setting and no other', () => {
    const leaves = (node: Node, path: string[]): string[] =>
      node.properties === undefined
        ? [path.join('.')]
        : Object.entries(node.properties).flatMap(([key, child]) => leaves(child, [...path, key]));
    const keys = leaves(z.toJSONSchema(ConfigFile, { io: 'input' }) as Node, []);
    expect(keys.filter((key) => key !== '$schema').toSorted()).toEqual(
      SETTINGS.flatMap((row) => waysOf(row).map(({ name }) => name)).toSorted(),
    );
  });

  it('docs/configuration.md names every setting, variable and flag', () => {
    const page = read('docs/configuration.md');
    for (const row of SETTINGS) {
      expect(page).toContain(`\`${row.name}\``);
      expect(page).toContain(`\`${row.variable}\``);
      if ('flag' in row) expect(page).toContain(`\`${row.flag}\``);
    }
  });

  it('.env.example names every variable, and sets none', () => {
    const example = read('.env.example');
    for (const { variable } of SETTINGS) expect(example).toContain(`#${variable}=`);
    expect(parseEnv(example)).toEqual({});
  });

  it('docs/*.schema.json are current', () => {
    execFileSync(process.execPath, [join(ROOT, 'scripts/write-config-schema.mjs'), '--check']);
  });
});
