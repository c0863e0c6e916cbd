import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EJSON } from 'bson';
import { expect, test } from 'vitest';
import { openCatalog } from '../../src/catalog/open-catalog.ts';
import type { Catalog } from '../../src/model/catalog.ts';
import { makeMovie } from '../contract/catalog-movie.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

async function start() {
  const dir = makeTempDir('catalog');
  const catalog = await openCatalog({ kind: 'folder', dir }, { version: '1' });
  return { dir, catalog, file: (name: string) => join(dir, name) };
}

async function readList(catalog: Catalog) {
  const slugs: string[] = [];
  let error: unknown;
  try {
    for await (const { slug } of catalog.list()) slugs.push(slug);
  } catch (thrown) {
    error = thrown;
  }
  return { slugs: slugs.toSorted(), error };
}

test('a document is one readable file that mongoimport takes', async () => {
  const { dir, catalog, file } = await start();
  await catalog.upsert(makeMovie());
  expect(readdirSync(dir)).toStrictEqual(['phim-01.json']);
  const text = readFileSync(file('phim-01.json'), 'utf8');
  expect(text).toMatch(
    /^\{\n {2}"_id": \{\n {4}"\$oid": "[0-9a-f]{24}"\n {2}\},\n {2}"slug": "phim-01",\n {2}"title": "Phim 01",/,
  );
  expect(text).toMatch(/\n\}\n$/);
  expect(JSON.parse(text)).toMatchObject({
    created_at: { $date: '2026-11-22T12:00:00Z' },
    metadata: { size_bytes: 5_368_709_120 },
  });
});

test('a film that is unchanged does not touch its file', async () => {
  const { catalog, file } = await start();
  await catalog.upsert(makeMovie());
  chmodSync(file('phim-01.json'), 0o644);
  const before = readFileSync(file('phim-01.json'), 'utf8').replaceAll('  ', '\t');
  writeFileSync(file('phim-01.json'), before); // a hand's own layout
  expect(await catalog.upsert(makeMovie())).toBe('unchanged');
  expect(readFileSync(file('phim-01.json'), 'utf8')).toBe(before);
});

test('a file broken by hand is named; the others are listed, found and written', async () => {
  const { catalog, file } = await start();
  for (const slug of ['a', 'b', 'c']) await catalog.upsert(makeMovie({ slug }));
  writeFileSync(file('b.json'), '{ "title": "x", }');
  const { slugs, error } = await readList(catalog);
  expect(slugs).toStrictEqual(['a', 'c']);
  expect(error).toMatchObject({
    name: 'IngestError',
    exit: 'catalog',
    message: `${file('b.json')} cannot be read as a document`,
  });
  await expect(catalog.findBySlug('b')).rejects.toMatchObject({ exit: 'catalog' });
  await expect(catalog.upsert(makeMovie({ slug: 'b' }))).rejects.toMatchObject({ exit: 'catalog' });
  expect(readFileSync(file('b.json'), 'utf8')).toBe('{ "title": "x", }');
  expect(await catalog.upsert(makeMovie({ slug: 'd' }))).toBe('created');
  await catalog.check(); // one broken film keeps no other out
});

test('several broken files are all named', async () => {
  const { catalog, file } = await start();
  for (const [name, text] of [
    ['a', ''],
    ['b', '[]'],
    ['c', '{"_id":{"$oid":"x"}}'],
  ] as const) {
    writeFileSync(file(`${name}.json`), text);
  }
  const { error } = await readList(catalog);
  expect(error).toMatchObject({ exit: 'catalog' });
  for (const name of ['a', 'b', 'c'])
    expect((error as { why: string }).why).toContain(file(`${name}.json`));
});

test('files of others and leftovers of a crash are passed over', async () => {
  const { catalog, file } = await start();
  await catalog.upsert(makeMovie({ slug: 'a' }));
  for (const name of ['README.txt', 'a.json.1234567', '.b.json', 'Big.json', '.DS_Store']) {
    writeFileSync(file(name), 'not a document');
  }
  expect(await readList(catalog)).toStrictEqual({ slugs: ['a'], error: undefined });
});

test('the file’s name is the slug, whatever stands inside', async () => {
  const { catalog, file } = await start();
  await catalog.upsert(makeMovie({ slug: 'old' }));
  writeFileSync(file('new.json'), readFileSync(file('old.json')));
  expect((await catalog.findBySlug('new'))?.slug).toBe('new');
});

test('no path leads out of the folder', async () => {
  const { dir, catalog } = await start();
  const inner = await openCatalog({ kind: 'folder', dir: join(dir, 'inner') }, { version: '1' });
  await catalog.upsert(makeMovie({ slug: 'a' }));
  expect(await inner.findBySlug('../a')).toBeUndefined();
  await expect(inner.upsert(makeMovie({ slug: '../a' }))).rejects.toThrow('not a slug');
});

test('a file where the folder should be is told of by the check', async () => {
  const { file } = await start();
  writeFileSync(file('taken'), '');
  const catalog = await openCatalog({ kind: 'folder', dir: file('taken') }, { version: '1' });
  await expect(catalog.check()).rejects.toMatchObject({
    exit: 'catalog',
    message: `The catalogue cannot use ${file('taken')}`,
  });
});

test.skipIf(process.getuid?.() === 0)(
  'a folder without the right to write is told of',
  async () => {
    const { file } = await start();
    mkdirSync(file('locked'), { mode: 0o500 });
    const catalog = await openCatalog({ kind: 'folder', dir: file('locked') }, { version: '1' });
    await expect(catalog.check()).rejects.toMatchObject({ exit: 'catalog' });
  },
);

test('after the signal nothing is written', async () => {
  const { dir } = await start();
  const catalog = await openCatalog(
    { kind: 'folder', dir },
    { version: '1', signal: AbortSignal.abort() },
  );
  await expect(catalog.upsert(makeMovie())).rejects.toMatchObject({ name: 'AbortError' });
  expect(readdirSync(dir)).toStrictEqual([]);
});

test('a film is found by its fingerprint among a thousand', async () => {
  const { dir, catalog } = await start();
  const text = EJSON.stringify(makeMovie({ slug: 'x' }).pipeline);
  for (let n = 0; n < 1_000; n += 1) {
    writeFileSync(join(dir, `film-${n}.json`), text.replaceAll('q1:x', `q1:number-${n}-`));
  }
  expect((await catalog.findByFingerprint('q1:number-777-'))?.slug).toBe('film-777');
});
