import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openJournal } from '../../../src/journal/journal.ts';
import { createRedactor } from '../../../src/lib/redact.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';

const at = new Date('2026-11-22T03:00:00.000Z');
const slug = 'phim-01';

function lines(dir: string, file = 'phim-01.ndjson'): unknown[] {
  return readFileSync(join(dir, file), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('openJournal', () => {
  it('adds a line per entry, in the order of the calls, and makes its folder', async () => {
    const dir = join(makeTempDir('journal'), 'state', 'journal');
    const journal = openJournal({ dir, slug });
    const steps = Array.from({ length: 50 }, (_, index) => `step-${index}`);
    await Promise.all(steps.map((step) => journal.append({ step, state: 'begun', at, n: 1 })));
    expect(lines(dir)).toEqual(
      steps.map((step) => ({ at: at.toISOString(), step, state: 'begun', n: 1 })),
    );
    expect(statSync(join(dir, 'phim-01.ndjson')).mode & 0o077).toBe(0);
  });

  it('goes on after an earlier run, and on a new line when that one was cut off', async () => {
    const dir = makeTempDir('journal');
    await openJournal({ dir, slug }).append({ step: 'encode', state: 'begun', at });
    appendFileSync(join(dir, 'phim-01.ndjson'), '{"at":"2026-');
    await openJournal({ dir, slug }).append({ step: 'encode', state: 'done', at });
    const text = readFileSync(join(dir, 'phim-01.ndjson'), 'utf8').split('\n');
    expect(text).toHaveLength(4);
    expect(JSON.parse(text[2] ?? '')).toMatchObject({ state: 'done' });
  });

  it('starts a new file at 1 MiB and keeps one old one', async () => {
    const dir = makeTempDir('journal');
    const journal = openJournal({ dir, slug });
    const note = 'x'.repeat(60_000);
    for (let n = 0; n < 40; n += 1)
      await journal.append({ step: 'upload', state: 'done', at, n, note });
    expect(readdirSync(dir).toSorted()).toEqual(['phim-01.1.ndjson', 'phim-01.ndjson']);
    for (const file of readdirSync(dir)) {
      expect(statSync(join(dir, file)).size).toBeLessThanOrEqual(1_048_576);
    }
    const numbers = [...lines(dir, 'phim-01.1.ndjson'), ...lines(dir)].map(
      (line) => (line as { n: number }).n,
    );
    expect(numbers).toEqual(
      Array.from({ length: numbers.length }, (_, i) => 40 - numbers.length + i),
    );
  });

  it.each([
    [
      'a cycle',
      () => {
        const loop: Record<string, unknown> = {};
        loop['self'] = loop;
        return { loop };
      },
    ],
    ['a BigInt', () => ({ size: 1n })],
    ['an endless text', () => ({ note: 'x'.repeat(1_000_000) })],
  ])('keeps the step when the details are %s', async (_, details) => {
    const dir = makeTempDir('journal');
    await openJournal({ dir, slug }).append({ step: 'probe', state: 'failed', at, ...details() });
    expect(lines(dir)).toMatchObject([{ step: 'probe', state: 'failed' }]);
    expect(statSync(join(dir, 'phim-01.ndjson')).size).toBeLessThan(200);
  });

  it('holds no character that steers a terminal', async () => {
    const dir = makeTempDir('journal');
    const title = 'a\u001b[31mb\u009b2Jc\u202ed\ne';
    await openJournal({ dir, slug }).append({ step: 'probe', state: 'done', at, title });
    const text = readFileSync(join(dir, 'phim-01.ndjson'), 'utf8');
    for (const char of ['\u001b', '\u009b', '\u202e']) expect(text).not.toContain(char);
    expect(lines(dir)).toMatchObject([{ title }]);
  });

  it('promise 8: what the redactor knows does not get in', async () => {
    const dir = makeTempDir('journal');
    const journal = openJournal({ dir, slug, redact: createRedactor(['hunter2"x']) });
    await journal.append({ step: 'catalog', state: 'failed', at, message: 'bad hunter2"x' });
    await journal.append({ step: 'x', state: 'failed', at, uri: 'mongodb://u:p@h', mail: 'a@b' });
    expect(lines(dir)).toMatchObject([
      { message: 'bad ***' },
      { uri: 'mongodb://u:***@h', mail: 'a@b' },
    ]);
  });

  it('never fails a film: a journal that cannot be written is no journal', async () => {
    const file = join(makeTempDir('journal'), 'file');
    writeFileSync(file, '');
    const journal = openJournal({ dir: join(file, 'journal'), slug });
    await journal.append({ step: 'probe', state: 'begun', at });
    expect(readFileSync(file, 'utf8')).toBe('');
  });

  it('nor does a folder that stands in its place', async () => {
    const dir = makeTempDir('journal');
    mkdirSync(join(dir, 'phim-01.ndjson'));
    await openJournal({ dir, slug }).append({ step: 'probe', state: 'begun', at });
    expect(readdirSync(dir)).toEqual(['phim-01.ndjson']);
  });
});
