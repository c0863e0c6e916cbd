import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openOutbox } from '../../../src/catalog/outbox.ts';
import { makeMovie } from '../../contract/catalog-movie.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';

const newDir = () => join(makeTempDir('outbox'), 'made', 'on demand');

test('promise 5: what is put is there for the next process, whole, and goes when it is removed', async () => {
  const dir = newDir();
  const movie = makeMovie({ explicit: ['title'] });
  await openOutbox(dir).put(makeMovie({ editorial: { title: 'Earlier' } }));
  await openOutbox(dir).put(movie);
  await openOutbox(dir).put(makeMovie({ slug: 'a-film' }));
  const outbox = openOutbox(dir);
  expect(await outbox.slugs()).toEqual(['a-film', 'phim-01']);
  expect(await outbox.get('phim-01')).toEqual(movie);
  await outbox.remove('phim-01');
  await outbox.remove('phim-01');
  expect(await outbox.slugs()).toEqual(['a-film']);
});

test('nothing is made before something is put', async () => {
  const dir = newDir();
  expect(await openOutbox(dir).slugs()).toEqual([]);
  expect(await openOutbox(dir).get('phim-01')).toBeUndefined();
  expect(() => readdirSync(dir)).toThrow('ENOENT');
});

test.each([
  ['cut off', '{"outbox_version":1,"movie":{"slug":"x'],
  ['empty', ''],
  ['of a newer version', '{"outbox_version":2,"movie":{}}'],
  ['no movie', '{"outbox_version":1,"movie":{"slug":"../x"}}'],
])('an entry that is %s is set aside and does not stop the others', async (_, text) => {
  const dir = newDir();
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'x.json'), text);
  const outbox = openOutbox(dir);
  expect(await outbox.get('x')).toBeUndefined();
  expect(await outbox.slugs()).toEqual([]);
  expect(readdirSync(dir)).toEqual(['x.json.broken']);
});

test('a folder that cannot be written is said with cause and fix', async () => {
  const dir = join(makeTempDir('outbox'), 'file');
  writeFileSync(dir, '');
  await expect(openOutbox(dir).put(makeMovie())).rejects.toMatchObject({
    exit: 'catalog',
    message: expect.stringContaining('The outbox cannot use'),
    fix: expect.any(String),
  });
});
