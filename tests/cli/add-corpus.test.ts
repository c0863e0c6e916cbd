import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { corpus } from '../helpers/corpus.ts';
import { newUser, type User } from '../helpers/new-user.ts';
import { runMain } from '../helpers/run-cli.ts';

type Row = Readonly<{ file: string; expected: string; seconds: number }>;

const manifest = corpus('MANIFEST.tsv');
const rows: readonly Row[] = (manifest === undefined ? '' : readFileSync(manifest, 'utf8'))
  .split('\n')
  .filter((line) => /^(attack|bad|derived)\//.test(line))
  .map((line) => {
    const [file = '', expected = '', ...rest] = line.split('\t');
    const seconds = Number(/ dur=([\d.]+)/.exec(rest.join(' '))?.[1]);
    return { file, expected, seconds };
  });

/**
 * The corpus' own words: `ok` is ingested, and as long as the film; `refuse` is an error of the film,
 * with nothing published; `either` may be one or the other, and nothing between.
 */
describe.skipIf(manifest === undefined)('promise 3: exit 0 means it is true, and only then', () => {
  test.each(rows)('$file: $expected', async ({ file, expected, seconds }) => {
    const user = newUser();
    const { exitCode, stderr } = await runMain(['add', corpus(file) ?? ''], user);
    const outcome = exitCode === 0 ? 'ok' : 'refuse';
    expect([outcome, 'either'], stderr).toContain(expected);

    expect(user.leftovers()).toEqual([]);
    if (outcome === 'ok') {
      expect(user.published()).toEqual(user.documents());
      expect(Math.abs(lengthIn(user) - seconds)).toBeLessThan(0.6);
    } else {
      expect([4, 5], stderr).toContain(exitCode);
      expect(user.published()).toEqual([]);
      expect(user.documents()).toEqual([]);
    }
  });
});

function lengthIn(user: User): number {
  const [slug = ''] = user.documents();
  const document = JSON.parse(readFileSync(join(user.library, 'catalog', `${slug}.json`), 'utf8'));
  return document.metadata.duration_seconds;
}
