import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { EJSON } from 'bson';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openOutbox } from '../../src/catalog/outbox.ts';
import { acquireLock } from '../../src/journal/lock.ts';
import { libraryId } from '../../src/lib/library-id.ts';
import type { EventOf } from '../../src/model/event.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { movieFromJson } from '../../src/model/movie-json.ts';
import { eventsOfType } from '../helpers/events-of.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, type User } from '../helpers/new-user.ts';
import { type CliResult, runMain } from '../helpers/run-cli.ts';
import { snapshotTree } from '../helpers/snapshot-tree.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

/** Two films, ingested once; each test works on a copy of their library. */
const original = newUser();
const films = makeTempDir('films');
const film = join(films, 'film.mp4');
let user: User;

beforeAll(async () => {
  const small = { dir: films, width: 160, height: 90 };
  await makeClip({ ...small, name: 'film.mp4', seconds: 8, audio: [{ language: 'vie' }] });
  await makeClip({ ...small, name: 'other.mp4', seconds: 1 });
  for (const name of ['film.mp4', 'other.mp4']) {
    const added = await runMain(['add', join(films, name)], original);
    expect(added.exitCode, added.stderr).toBe(0);
  }
});

beforeEach(() => {
  user = newUser({ MOVIE_INGEST_STATE_DIR: makeTempDir('state') });
  cpSync(original.library, user.library, { recursive: true, preserveTimestamps: true });
});

const media = (...path: string[]) => join(user.library, 'media', ...path);
const folder = () => media('videos/film');
const revision = () => readdirSync(folder()).find((name) => name.startsWith('r-')) ?? '';
const inRevision = (...path: string[]) => join(folder(), revision(), ...path);
const segment = () => inRevision('90p/seg_00000.ts');
const documentFile = () => join(user.library, 'catalog/film.json');
const document = () => EJSON.parse(readFileSync(documentFile(), 'utf8'));
const manifest = (): Manifest => JSON.parse(readFileSync(inRevision('manifest.json'), 'utf8'));

function editDocument(change: (document: Record<string, unknown>) => void): void {
  const edited = document();
  change(edited);
  writeFileSync(documentFile(), EJSON.stringify(edited, undefined, 2));
}

function editManifest(change: (manifest: Record<string, unknown>) => void): void {
  const edited = manifest();
  change(edited);
  writeFileSync(inRevision('manifest.json'), JSON.stringify(edited));
}

/** As if it was last written so many hours ago. */
function age(path: string, hours: number): void {
  const then = new Date(Date.now() - hours * 3_600_000);
  const below = readdirSync(path, { recursive: true, encoding: 'utf8' });
  for (const name of below) utimesSync(join(path, name), then, then);
}

const run = (...args: string[]) => runMain([...args, '--json'], user);
const found = (result: CliResult) =>
  eventsOfType(result, 'difference').filter(({ mark }) => mark !== '=');
const kinds = (result: CliResult) => [...new Set(found(result).map(({ kind }) => kind))];

/** What the command that a finding names does when it is run. */
async function follow({ fix }: EventOf<'difference'>): Promise<CliResult> {
  const words = (fix ?? '').split(' ').slice(1);
  return run(...words.map((word) => (word === 'FILM' ? film : word)));
}

test('a library that is true is said to be so, and nothing is written', async () => {
  const before = snapshotTree(user.library);
  for (const args of [
    ['verify', '--all'],
    ['verify', 'film', '--deep'],
    ['sync', '--check'],
    ['sync'],
  ]) {
    const result = await run(...args);
    expect([result.exitCode, found(result)], args.join(' ')).toEqual([0, []]);
    expect(eventsOfType(result, 'tally')[0]).toMatchObject({ left: 0, exit: 0 });
  }
  expect(snapshotTree(user.library)).toEqual(before);
});

test('for people: a line per film with rclone’s marks on stdout, and what mends it', async () => {
  rmSync(segment());
  const result = await runMain(['verify', '--all'], user);
  expect(result.exitCode).toBe(10);
  expect(result.stdout).toBe(
    `- videos/film/${revision()}/90p/seg_00000.ts  is not in the store\n` +
      '    → movie-ingest add --force FILM --slug film\n' +
      '= other\n',
  );
  expect((await runMain(['verify', '--all', '--quiet'], user)).stdout).not.toContain('= other');
});

/** Each kind of damage, done for real, and its name. */
const DAMAGE: readonly (readonly [what: string, kind: string, damage: () => void])[] = [
  ['a segment is gone', 'object missing', () => rmSync(segment())],
  ['a segment was cut', 'object damaged', () => truncateSync(segment(), 1_000)],
  ['a segment has grown', 'object damaged', () => appendFileSync(segment(), 'x')],
  ['one bit of a segment is another', 'object damaged', () => flip(segment())],
  ['a media playlist has other bytes', 'object damaged', () => flip(inRevision('90p/index.m3u8'))],
  ['a stray object lies there', 'stray object', () => writeFileSync(inRevision('x.ts'), 'x')],
  ['the master is gone', 'master missing', () => rmSync(join(folder(), 'master.m3u8'))],
  ['the master is another', 'master differs', () => stale()],
  [
    'the master is cut off',
    'master differs',
    () => truncateSync(join(folder(), 'master.m3u8'), 30),
  ],
  ['the poster is gone', 'poster missing', () => rmSync(media('posters/film.jpg'))],
  ['the poster is another', 'poster differs', () => appendFileSync(media('posters/film.jpg'), 'x')],
  ['the manifest is gone', 'manifest missing', () => rmSync(inRevision('manifest.json'))],
  [
    'the manifest is cut off',
    'manifest unreadable',
    () => truncateSync(inRevision('manifest.json'), 99),
  ],
  ['the document is gone', 'document lost', () => rmSync(documentFile())],
  [
    'a field of ours was edited',
    'document differs',
    () => editDocument((it) => (it['hls_url'] = 'x')),
  ],
  ['the title was edited', 'record behind', () => editDocument((it) => (it['title'] = 'Sửa'))],
];

function flip(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

function stale(): void {
  const file = join(folder(), 'master.m3u8');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/BANDWIDTH=\d+/, 'BANDWIDTH=1'));
}

describe.each(DAMAGE)('when %s', (what, kind, damage) => {
  const isFirstOfKind = DAMAGE.find((row) => row[1] === kind)?.[0] === what;

  test(`verify says "${kind}" and the command that mends it, writes nothing, and ends with 10`, async () => {
    damage();
    const before = snapshotTree(user.library);
    const result = await run('verify', 'film');
    expect([result.exitCode, kinds(result)[0]], result.stdout).toEqual([10, kind]);
    expect(found(result)[0]?.fix).toMatch(/^movie-ingest (sync|add)/);
    expect((await run('verify', '--all')).exitCode).toBe(10);
    await run('sync', '--check');
    expect(snapshotTree(user.library)).toEqual(before);
  });

  test.runIf(isFirstOfKind)('the command that is named mends it', async () => {
    const live = segment();
    const before = readFileSync(live);
    damage();
    // What is removed must have lain there for a day, and have been seen by two passes.
    if (kind === 'stray object') {
      age(inRevision(), 25);
      await run('sync');
    }
    const [first] = found(await run('verify', 'film'));
    if (first === undefined) expect.unreachable();
    const mended = await follow(first);
    expect(mended.exitCode, mended.stdout).toBe(0);
    const after = await run('verify', 'film', '--deep');
    expect([after.exitCode, found(after)]).toEqual([0, []]);
    // Caches have the segments of a published revision for ever: it is never written again.
    if (existsSync(live) && !kind.startsWith('object')) {
      expect(readFileSync(live).equals(before)).toBe(true);
    }
  });
});

describe('verify', () => {
  test('needs films to be named, and says so of one that is none', async () => {
    expect((await run('verify')).exitCode).toBe(2);
    expect((await run('verify', 'film', '--all')).exitCode).toBe(2);
    expect((await run('verify', 'no-such')).exitCode).toBe(2);
    expect((await run('verify', '../film')).exitCode).toBe(2);
  });

  test('with --deep it finds what the gate would refuse, though every MD5 is as recorded', async () => {
    const name = `videos/film/${revision()}/90p/seg_00000.ts`;
    cpSync(inRevision('90p/seg_00001.ts'), segment());
    editManifest((it) => {
      const objects = it['objects'] as Record<string, unknown>[];
      const next = objects.find(({ key }) => key === name.replace('00000', '00001'));
      for (const object of objects.filter(({ key }) => key === name)) {
        object['md5'] = next?.['md5'];
        object['bytes'] = next?.['bytes'];
      }
    });
    expect((await run('verify', 'film')).exitCode).toBe(0);
    const deep = await run('verify', 'film', '--deep');
    expect([deep.exitCode, kinds(deep)]).toEqual([10, ['gate failed']]);
    expect(found(deep)[0]?.detail).toContain('90p segment 0');
  });
});

describe('sync, row by row', () => {
  test('1: a document that waits is delivered, with what was given by hand, and nothing is encoded', async () => {
    const movie = movieFromJson(manifest().movie);
    const dir = join(
      user.env['MOVIE_INGEST_STATE_DIR'] ?? '',
      'outbox',
      libraryId({ name: `folder ${media()}` }, { name: `folder ${join(user.library, 'catalog')}` }),
    );
    await openOutbox(dir).put({
      ...movie,
      editorial: { ...movie.editorial, title: 'Đặt tay' },
      explicit: ['title'],
    });
    rmSync(documentFile());
    expect(kinds(await run('sync', '--check'))).toEqual(['document waits']);
    expect(existsSync(documentFile())).toBe(false);
    const result = await run('sync');
    expect([result.exitCode, found(result)]).toMatchObject([
      0,
      [{ row: 1, mark: '+', done: true }],
    ]);
    expect(document()).toMatchObject({ title: 'Đặt tay', slug: 'film' });
    expect(await openOutbox(dir).slugs()).toEqual([]);
    expect((await run('verify', 'film')).exitCode).toBe(0);
  });

  test('2: promise 6: a lost document comes back, equal to the last byte', async () => {
    const before = readFileSync(documentFile(), 'utf8');
    rmSync(join(user.library, 'catalog'), { recursive: true });
    const result = await run('sync', '--rebuild');
    expect([result.exitCode, found(result)]).toMatchObject([
      0,
      [
        { slug: 'film', row: 2, mark: '+', done: true },
        { slug: 'other', row: 2 },
      ],
    ]);
    expect(readFileSync(documentFile(), 'utf8')).toBe(before);
  });

  test('2: with --rebuild the store wins over an editor; fields of others stay', async () => {
    editDocument((it) => Object.assign(it, { title: 'Sửa', tags: ['new'], views: 7 }));
    expect((await run('sync', '--rebuild')).exitCode).toBe(0);
    expect(document()).toMatchObject({ title: 'film', views: 7 });
    expect(document()).not.toHaveProperty('tags');
  });

  test('3: a document whose film is gone is marked broken, never removed, until the film is back', async () => {
    renameSync(folder(), join(user.home, 'away'));
    const result = await run('sync');
    expect([result.exitCode, kinds(result)]).toEqual([10, ['film missing']]);
    expect(document()).toMatchObject({ status: 'broken', title: 'film', error: { phase: 'sync' } });
    const again = await run('sync');
    expect([again.exitCode, found(again)[0]?.done]).toEqual([10, false]);
    renameSync(join(user.home, 'away'), folder());
    expect((await run('sync')).exitCode).toBe(0);
    expect(document()).toMatchObject({ status: 'ready' });
    expect(document()).not.toHaveProperty('error');
  });

  test('3: with --repair a master is put back when all that it leads to is there', async () => {
    const before = readFileSync(join(folder(), 'master.m3u8'), 'utf8');
    rmSync(join(folder(), 'master.m3u8'));
    expect((await run('sync', '--repair')).exitCode).toBe(0);
    expect(readFileSync(join(folder(), 'master.m3u8'), 'utf8')).toBe(before);
    expect(document()).toMatchObject({ status: 'ready' });
  });

  test('4: with --repair an object comes back that the work folder still has', async () => {
    const work = join(user.workDir, 'film', `${revision()}.abc123/90p`);
    mkdirSync(work, { recursive: true });
    renameSync(segment(), join(work, 'seg_00000.ts'));
    const result = await run('sync', '--repair');
    expect([result.exitCode, found(result)]).toMatchObject([0, [{ row: 4, done: true }]]);
    expect((await run('verify', 'film', '--deep')).exitCode).toBe(0);
  });

  test('5: what no manifest names goes with --prune, in the second pass that saw it, after a day', async () => {
    const orphan = join(folder(), 'r-0000000000');
    mkdirSync(orphan);
    writeFileSync(join(orphan, 'seg_00000.ts'), 'x');
    expect(found(await run('sync', '--prune'))).toEqual([]); // written a moment ago
    age(orphan, 25);
    rmSync(user.env['MOVIE_INGEST_STATE_DIR'] ?? '', { recursive: true }); // only delays
    const first = await run('sync', '--prune');
    expect(found(first)).toMatchObject([{ row: 5, kind: 'orphan', done: false }]);
    expect(existsSync(orphan)).toBe(true);
    const second = await run('sync', '--prune');
    expect([second.exitCode, found(second)]).toMatchObject([0, [{ row: 5, done: true }]]);
    expect(existsSync(orphan)).toBe(false);
    expect((await run('verify', 'film', '--deep')).exitCode).toBe(0);
  });

  test('6: an old revision goes with gc, after its grace, as long as the new one is whole', async () => {
    const old = revision();
    const replaced = await run('add', film, '--force');
    expect(replaced.exitCode).toBe(0);
    expect(found(await run('gc'))).toEqual([]);
    const gone = join(folder(), `${old}-2/90p/seg_00000.ts`);
    const bytes = readFileSync(gone);
    rmSync(gone);
    expect((await run('gc', '--grace', '0s')).exitCode).toBe(0);
    expect(existsSync(join(folder(), old))).toBe(true);
    writeFileSync(gone, bytes);
    const result = await run('gc', '--grace', '0s');
    expect(found(result)).toMatchObject([{ row: 6, kind: 'old revision', done: true }]);
    expect(existsSync(join(folder(), old))).toBe(false);
    expect((await run('verify', 'film', '--deep')).exitCode).toBe(0);
  });

  test('8: a poster that is gone is made again from the film in the store', async () => {
    rmSync(media('posters/film.jpg'));
    const result = await run('sync');
    expect([result.exitCode, found(result)]).toMatchObject([0, [{ row: 8, done: true }]]);
    expect(readFileSync(media('posters/film.jpg')).subarray(0, 2).toString('hex')).toBe('ffd8');
    expect((await run('verify', 'film')).exitCode).toBe(0);
  });

  test('9: another public URL is said, and written only when it is asked for', async () => {
    const env = { ...user.env, MOVIE_INGEST_PUBLIC_URL: 'https://media.example.com/films' };
    const here = (...args: string[]) => runMain([...args, '--json'], { env });
    editDocument((it) => (it['views'] = 3));
    const check = await here('sync');
    expect([check.exitCode, kinds(check)]).toEqual([10, ['public URL changed']]);
    const result = await here('sync', '--rewrite-urls');
    expect(result.exitCode).toBe(0);
    const base = 'https://media.example.com/films';
    expect(document()).toMatchObject({
      hls_url: `${base}/videos/film/master.m3u8`,
      thumbnail_url: `${base}/posters/film.jpg`,
      renditions: [{ url: `${base}/videos/film/${revision()}/90p/index.m3u8` }],
      storage: { public_base_url: base },
      views: 3,
    });
    expect(JSON.stringify(document())).not.toContain('127.0.0.1');
    expect(JSON.stringify(manifest().movie)).not.toContain('127.0.0.1');
    expect((await here('sync', '--check')).exitCode).toBe(0);
  });

  test('10: fields of ours are corrected from the store, resolutions from the master', async () => {
    editDocument((it) =>
      Object.assign(it, { metadata: { ...(it['metadata'] as object), width: 1 } }),
    );
    expect(found(await run('sync'))).toMatchObject([{ row: 10, done: true }]);
    expect(document().metadata.width).toBe(160);
    editManifest((it) => {
      const movie = it['movie'] as { pipeline: { metadata: { resolutions: string[] } } };
      movie.pipeline.metadata.resolutions = ['360p'];
    });
    expect(kinds(await run('sync'))).toContain('rungs differ');
    expect(document().metadata.resolutions).toEqual(['90p']);
    expect((await run('sync', '--check')).exitCode).toBe(0);
  });

  test('10: what an editor changed is recorded in the store', async () => {
    editDocument((it) => Object.assign(it, { title: 'Sửa', genres: ['Drama'] }));
    expect(found(await run('sync'))).toMatchObject([
      { row: 10, kind: 'record behind', done: true },
    ]);
    const before = document();
    rmSync(documentFile());
    await run('sync');
    expect(document()).toEqual(before);
  });

  test('12: a document of an earlier schema is brought up', async () => {
    editDocument((it) => (it['schema_version'] = 0));
    expect(found(await run('sync'))).toMatchObject([{ row: 12, done: true }]);
    expect(document().schema_version).toBe(1);
  });

  test('13: the same film under two slugs is told, and nothing is done about it', async () => {
    cpSync(folder(), media('videos/twin'), { recursive: true });
    const file = media('videos/twin', revision(), 'manifest.json');
    writeFileSync(
      file,
      readFileSync(file, 'utf8')
        .replaceAll('"film"', '"twin"')
        .replaceAll('videos/film/', 'videos/twin/'),
    );
    const before = snapshotTree(media());
    expect(kinds(await run('sync', '--check'))).toContain('film twice');
    expect(snapshotTree(media())).toEqual(before);
  });

  test('14: a film that an editor set to deleted is taken from viewers, and purged when asked', async () => {
    editDocument((it) => (it['status'] = 'deleted'));
    expect(found(await run('sync'))).toMatchObject([{ row: 14, done: true }]);
    expect(user.published()).toEqual(['other']);
    expect(kinds(await run('sync', '--purge'))).toEqual([]); // within its grace
    expect((await run('sync', '--purge', '--grace', '0s')).exitCode).toBe(0);
    expect([user.documents(), readdirSync(media('videos')), readdirSync(media('posters'))]).toEqual(
      [['other'], ['other'], ['other.jpg']],
    );
    expect((await run('sync', '--rebuild')).exitCode).toBe(0);
    expect(user.documents()).toEqual(['other']);
  });

  test('15: a film said to be in work, at which nobody is, has failed', async () => {
    const file = join(user.library, 'catalog/third.json');
    const then = new Date(Date.now() - 25 * 3_600_000);
    const third = {
      ...document(),
      _id: 'x',
      slug: 'third',
      status: 'processing',
      updated_at: then,
    };
    third.source = {};
    writeFileSync(file, EJSON.stringify(third));
    expect(found(await run('sync'))).toMatchObject([{ slug: 'third', row: 15, done: true }]);
    expect(EJSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ status: 'failed' });
    expect((await run('sync')).exitCode).toBe(0);
  });
});

describe('sync in cron', () => {
  test('a store that shows nothing is a refusal: no document is touched', async () => {
    const before = snapshotTree(join(user.library, 'catalog'));
    renameSync(media(), join(user.home, 'unmounted'));
    for (const args of [
      ['sync'],
      ['sync', '--rebuild', '--prune', '--purge', '--max-delete', '100%'],
    ]) {
      const result = await run(...args);
      expect([result.exitCode, eventsOfType(result, 'error')[0]?.message]).toEqual([
        10,
        expect.stringContaining('shows no film'),
      ]);
    }
    expect(snapshotTree(join(user.library, 'catalog'))).toEqual(before);
  });

  test('more films than may lose something is a refusal, and --max-delete lifts it', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (const name of names) {
      const copy = { ...document(), _id: name, slug: name, source: {} };
      copy.storage = { ...copy.storage, prefix: `videos/${name}/` };
      writeFileSync(join(user.library, `catalog/${name}.json`), EJSON.stringify(copy));
    }
    const before = snapshotTree(user.library);
    const refused = await run('sync');
    expect(refused.exitCode).toBe(10);
    expect(eventsOfType(refused, 'error')[0]?.message).toContain('6 films would lose something');
    expect(snapshotTree(user.library)).toEqual(before);
    expect((await run('sync', '--max-delete', '6')).exitCode).toBe(10);
    const status = (name: string) =>
      EJSON.parse(readFileSync(join(user.library, `catalog/${name}.json`), 'utf8')).status;
    expect(names.map(status)).toEqual(names.map(() => 'broken'));
  });

  test('documents of films in another store are left alone', async () => {
    const theirs = { ...document(), _id: 'x', slug: 'theirs', source: {} };
    theirs.storage = { provider: 'r2', bucket: 'others', prefix: 'videos/theirs/' };
    writeFileSync(join(user.library, 'catalog/theirs.json'), EJSON.stringify(theirs));
    const hand = {
      title: 'By hand',
      hls_url: 'https://elsewhere.example.com/videos/x/master.m3u8',
    };
    writeFileSync(join(user.library, 'catalog/by-hand.json'), JSON.stringify(hand));
    const before = snapshotTree(user.library);
    expect((await run('sync')).exitCode).toBe(0);
    expect(snapshotTree(user.library)).toEqual(before);
  });

  test('a film that a run is at work on is left alone; a second sync exits 11', async () => {
    const dir = join(user.env['MOVIE_INGEST_STATE_DIR'] ?? '', 'locks');
    rmSync(segment());
    rmSync(documentFile());
    const lock = await acquireLock({ dir, name: 'film', what: 'ingesting film' });
    const result = await run('sync');
    expect([result.exitCode, found(result)]).toEqual([0, []]);
    expect(user.documents()).toEqual(['other']);
    await lock.release();
    const catalog = { name: `folder ${join(user.library, 'catalog')}` };
    const name = `sync:${libraryId({ name: `folder ${media()}` }, catalog)}`;
    const other = await acquireLock({ dir, name, what: 'keeping the library true' });
    expect((await run('sync')).exitCode).toBe(11);
    expect((await run('sync', '--check')).exitCode).toBe(10);
    await other.release();
  });
});

describe('rm, restore, revisions, rollback, edit', () => {
  test('rm takes a film from viewers and from a rebuilt catalogue; restore brings it back as it was', async () => {
    const before = document();
    expect((await run('rm', 'film')).exitCode).toBe(2); // nobody to ask
    expect(user.published()).toEqual(['film', 'other']);
    expect((await run('rm', 'film', '--yes')).exitCode).toBe(0);
    expect(user.published()).toEqual(['other']);
    expect(document()).toMatchObject({ status: 'deleted', deleted_at: expect.any(Date) });
    expect(existsSync(segment())).toBe(true); // who is watching watches on
    expect((await run('rm', 'film', '--yes')).exitCode).toBe(0);
    expect((await run('verify', '--all')).exitCode).toBe(0);
    rmSync(documentFile());
    expect((await run('sync', '--rebuild')).exitCode).toBe(0);
    expect(user.documents()).toEqual(['other']);
    expect((await run('restore', 'film')).exitCode).toBe(0);
    const { updated_at: _, version: __, ...after } = document();
    expect(EJSON.stringify(after)).toBe(EJSON.stringify({ ...after, ...without(before) }));
    expect((await run('verify', '--all')).exitCode).toBe(0);
    expect(kinds(await run('restore', 'film'))).toEqual([]);
  });

  test('add brings back a film that was removed, without encoding it', async () => {
    await run('rm', 'film', '--yes');
    const bytes = readFileSync(segment());
    const again = await run('add', film);
    expect(again.exitCode, again.stdout).toBe(0);
    expect(eventsOfType(again, 'encoded')).toEqual([]);
    expect(readFileSync(segment()).equals(bytes)).toBe(true);
    expect(document()).toMatchObject({ status: 'ready' });
    expect((await run('verify', 'film', '--deep')).exitCode).toBe(0);
  });

  test('restore says when a film is purged or not whole, and changes nothing', async () => {
    await run('rm', 'film', '--yes');
    rmSync(segment());
    const before = snapshotTree(user.library);
    expect((await run('restore', 'film')).exitCode).toBe(6);
    expect(snapshotTree(user.library)).toEqual(before);
    await run('sync', '--purge', '--grace', '0s');
    expect((await run('restore', 'film')).exitCode).toBe(2);
  });

  test('rollback switches to the revision before and back, with the editor’s title', async () => {
    const old = revision();
    expect((await run('add', film, '--force')).exitCode).toBe(0);
    expect((await run('edit', 'film', '--title', 'Tên mới')).exitCode).toBe(0);
    const listed = await run('revisions', 'film');
    const rows = listed.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows).toMatchObject([
      { revision: `${old}-2`, isCurrent: true, isWhole: true },
      { revision: old, isCurrent: false, isWhole: true },
    ]);
    for (const [args, to] of [
      [['rollback', 'film'], old],
      [['rollback', 'film', `${old}-2`], `${old}-2`],
    ] as const) {
      expect((await run(...args)).exitCode).toBe(0);
      expect(readFileSync(join(folder(), 'master.m3u8'), 'utf8')).toContain(`${to}/`);
      expect(document()).toMatchObject({ revision: to, title: 'Tên mới', status: 'ready' });
      expect((await run('verify', 'film', '--deep')).exitCode).toBe(0);
    }
    expect((await run('rollback', 'film', 'r-nothing')).exitCode).toBe(2);
    expect((await run('rollback', 'other')).exitCode).toBe(2);
  });

  test('rollback to a revision that is not whole is refused; viewers keep what they have', async () => {
    const old = revision();
    await run('add', film, '--force');
    rmSync(join(folder(), old, '90p/seg_00000.ts'));
    const master = readFileSync(join(folder(), 'master.m3u8'), 'utf8');
    expect((await run('rollback', 'film')).exitCode).toBe(6);
    expect(readFileSync(join(folder(), 'master.m3u8'), 'utf8')).toBe(master);
    expect((await run('verify', 'film')).exitCode).toBe(0);
  });

  test('edit changes one field, in the catalogue and in the manifest', async () => {
    const before = document();
    expect((await run('edit', 'film', '--title', 'Đất Rừng')).exitCode).toBe(0);
    const { title, version, updated_at: _, ...rest } = document();
    expect([title, version]).toEqual(['Đất Rừng', before.version + 1]);
    expect(EJSON.stringify({ ...before, ...rest })).toBe(EJSON.stringify(before));
    expect(manifest().movie).toMatchObject({ editorial: { title: 'Đất Rừng' } });
    const kept = readFileSync(documentFile(), 'utf8');
    rmSync(documentFile());
    await run('sync');
    expect(readFileSync(documentFile(), 'utf8')).toBe(kept);
    expect((await run('edit', 'film', '--description', '')).exitCode).toBe(0);
    for (const args of [
      ['edit', 'film'],
      ['edit', 'film', '--title', ' '],
      ['edit', 'no-such', '--title', 'x'],
    ]) {
      expect((await run(...args)).exitCode).toBe(2);
    }
  });
});

function without(fields: Record<string, unknown>): Record<string, unknown> {
  const { updated_at: _, version: __, ...rest } = fields;
  return rest;
}
