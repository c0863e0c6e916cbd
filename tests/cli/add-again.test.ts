import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { badFfmpeg } from '../helpers/bad-ffmpeg.ts';
import { eventsOfType } from '../helpers/events-of.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, type User } from '../helpers/new-user.ts';
import { type CliResult, runMain } from '../helpers/run-cli.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { snapshotTree } from '../helpers/snapshot-tree.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const dir = makeTempDir('films');
const film = join(dir, 'film.mp4');
const copy = join(dir, 'copy.mp4');
/** Another film that has the name of the first. */
const namesake = join(dir, 'other', 'film.mp4');

beforeAll(async () => {
  const small = { width: 160, height: 90, seconds: 1 };
  await makeClip({ dir, name: 'film.mp4', ...small });
  copyFileSync(film, copy);
  mkdirSync(join(dir, 'other'));
  await makeClip({ dir: join(dir, 'other'), name: 'film.mp4', ...small, rate: '25' });
});

describe('a film that is in', () => {
  const ffmpeg = badFfmpeg('works');
  let user: User;
  let first: CliResult;

  const add = (...args: string[]) => runMain(['add', ...args], user);
  const document = (slug: string) =>
    JSON.parse(readFileSync(join(user.library, 'catalog', `${slug}.json`), 'utf8'));
  const master = (slug: string) =>
    readFileSync(join(user.library, 'media/videos', slug, 'master.m3u8'), 'utf8');
  const revisions = (slug: string) =>
    readdirSync(join(user.library, 'media/videos', slug)).filter((name) => name.startsWith('r-'));
  const outcomeOf = (result: CliResult) => eventsOfType(result, 'result').map((it) => it.outcome);

  beforeEach(async () => {
    user = newUser(ffmpeg.env);
    first = await add(film);
    expect(first.exitCode, first.stderr).toBe(0);
  });

  test('promise 4: again is a no-op: not one file of the library is touched', async () => {
    const before = snapshotTree(user.library);
    const encodes = ffmpeg.encodes();
    const again = await add(film);
    expect(again.exitCode).toBe(0);
    expect(again.stdout).toBe(first.stdout);
    expect(again.stderr).toMatch(/done +film unchanged /);
    expect(snapshotTree(user.library)).toEqual(before);
    expect(ffmpeg.encodes()).toBe(encodes);
  });

  test('a poster that is asked for is given to it without encoding, and only once', async () => {
    const picture = join(dir, 'poster.png');
    await runFfmpeg(['-f', 'lavfi', '-i', 'color=red:s=64x36', '-frames:v', '1', picture]);
    const poster = () => readFileSync(join(user.library, 'media/posters/film.jpg'));
    const [before, encodes] = [poster(), ffmpeg.encodes()];
    const given = await add(film, '--poster', picture, '--json');
    expect(given.exitCode, given.stdout).toBe(0);
    expect(outcomeOf(given)).toEqual(['updated']);
    expect(poster().equals(before)).toBe(false);
    expect((await runMain(['verify', 'film'], user)).exitCode).toBe(0);
    const after = snapshotTree(user.library);
    expect(outcomeOf(await add(film, '--poster', picture, '--json'))).toEqual(['unchanged']);
    expect(snapshotTree(user.library)).toEqual(after);
    expect(ffmpeg.encodes()).toBe(encodes);
  });

  test('under another name it is refused, and the slug is named that has it', async () => {
    const before = snapshotTree(user.library);
    const result = await add(copy);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('✖ copy.mp4 is the same film as film, which is in already');
    expect(result.stderr).toContain('--slug copy');
    expect(snapshotTree(user.library)).toEqual(before);
  });

  test('with --slug it is taken a second time; each name means its own from then on', async () => {
    expect((await add(copy, '--slug', 'copy')).exitCode).toBe(0);
    expect(user.published()).toEqual(['copy', 'film']);
    expect(document('copy').source.duplicate_of).toBe('film');
    const encodes = ffmpeg.encodes();
    for (const args of [[film], [copy, '--slug', 'copy'], [copy]]) {
      const again = await add(...args, '--json');
      expect([again.exitCode, outcomeOf(again)], again.stdout).toEqual([0, ['unchanged']]);
      const slugs = eventsOfType(again, 'result').map(({ slug }) => slug);
      expect(slugs).toEqual([args[0] === film ? 'film' : 'copy']);
    }
    expect(ffmpeg.encodes()).toBe(encodes);
  });

  test('another film of the same name is refused, whether the slug was typed or not', async () => {
    const before = snapshotTree(user.library);
    const result = await add(namesake);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('✖ the slug film belongs to another film');
    expect(result.stderr).toContain('--slug film-2');
    expect((await add(namesake, '--slug', 'film')).exitCode).toBe(2);
    expect(snapshotTree(user.library)).toEqual(before);
  });

  test('promise 5: --force replaces it; the document stays the same one, the old revision stays', async () => {
    const before = { document: document('film'), master: master('film') };
    const replaced = await add(namesake, '--force', '--json');
    expect([replaced.exitCode, outcomeOf(replaced)], replaced.stdout).toEqual([0, ['updated']]);
    expect(master('film')).not.toBe(before.master);
    expect(revisions('film')).toHaveLength(2);
    const after = document('film');
    expect(after._id).toEqual(before.document._id);
    expect(after.created_at).toEqual(before.document.created_at);
    expect(after.source.fingerprint).not.toBe(before.document.source.fingerprint);
    expect(user.published()).toEqual(['film']);
  });

  test('other settings make it anew without being forced, under a revision of its own', async () => {
    const result = await add(film, '--preset', 'fast', '--json');
    expect([result.exitCode, outcomeOf(result)], result.stdout).toEqual([0, ['updated']]);
    expect(revisions('film')).toHaveLength(2);
  });

  test('a title that is given now counts now, and nothing is encoded for it', async () => {
    const encodes = ffmpeg.encodes();
    const result = await add(film, '--title', 'Đất Rừng', '--json');
    expect([result.exitCode, outcomeOf(result)]).toEqual([0, ['updated']]);
    expect(document('film').title).toBe('Đất Rừng');
    expect(ffmpeg.encodes()).toBe(encodes);
  });

  test('promise 5: a document that was lost comes back, and nothing is encoded for it', async () => {
    const before = document('film');
    rmSync(join(user.library, 'catalog/film.json'));
    const encodes = ffmpeg.encodes();
    expect((await add(film)).exitCode).toBe(0);
    expect(document('film').hls_url).toBe(before.hls_url);
    expect(ffmpeg.encodes()).toBe(encodes);
  });
});

test('a loop over the very same file, once with --slug and then without, is a no-op', async () => {
  const user = newUser();
  expect((await runMain(['add', film, '--slug', 'phim-01'], user)).exitCode).toBe(0);
  const before = snapshotTree(user.library);
  const again = await runMain(['add', film], user);
  expect(again.exitCode, again.stderr).toBe(0);
  expect(again.stdout).toBe('http://127.0.0.1:4680/videos/phim-01/master.m3u8\n');
  expect(snapshotTree(user.library)).toEqual(before);
});
