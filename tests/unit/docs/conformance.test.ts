import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const text = readFileSync(join(ROOT, 'docs/conformance.md'), 'utf8');

/** `| rule | what | held by | where | test |`. */
const rows = text
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| rule '))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, rule = '', what = '', held = '', where = '', proof = '']) => {
    return { rule, what, held, where, proof };
  });

/** The backticked words of a cell: a file, then what must stand in it. */
const named = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);

/** Of reference §4, those that are marked MUST. */
const MUST =
  '1.14 1.24 1.26 1.27 2.3 5.3 6.1 7.4 8.2 8.3 8.6 9.1 9.2 9.7 9.13 9.14 9.15 9.21 9.22 10.1';

describe('docs/conformance.md', () => {
  test('has every rule that is marked MUST, once', () => {
    const [must = ''] = text.split('## SHOULD');
    const rules = [...must.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, rule = '']) =>
      rule.split(', '),
    );
    expect(rules).toEqual(expect.arrayContaining(MUST.split(' ')));
    expect(new Set(rows.map(({ rule }) => rule)).size).toBe(rows.length);
  });

  test.each(rows)('$rule: what it names exists', ({ held, where, proof }) => {
    const [file, symbol] = named(where);
    if (file !== undefined) {
      expect(existsSync(join(ROOT, file)), file).toBe(true);
      if (symbol !== undefined) expect(readFileSync(join(ROOT, file), 'utf8')).toContain(symbol);
    }
    for (const one of named(proof)) expect(existsSync(join(ROOT, one)), one).toBe(true);
    // What is claimed to be checked says where, and which test has seen it fail.
    if (/^(gate|construction)/.test(held)) {
      expect([named(where), named(proof)].map((list) => list.length > 0)).toEqual([true, true]);
    }
  });
});
