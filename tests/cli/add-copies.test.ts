import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { badFfmpeg } from '../helpers/bad-ffmpeg.ts';
import { eventsOfType } from '../helpers/events-of.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, SMALL, type User } from '../helpers/new-user.ts';
import { readFrameNumbers } from '../helpers/read-frame-numbers.ts';
import { runMain } from '../helpers/run-cli.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const dir = makeTempDir('films');
const SECONDS = 8;
const count = (pictures: number) => Array.from({ length: pictures }, (_, number) => number);

/** What an editor would deliver: the size of the larger rung, a key frame each 2 s. */
const clip = (name: string, videoArgs: readonly string[] = []) =>
  makeClip({
    dir,
    name,
    width: 320,
    height: 180,
    seconds: SECONDS,
    videoArgs: ['-profile:v', 'main', '-g', '48', '-sc_threshold', '0', ...videoArgs],
  });

/** Somebody who said nothing of copying. */
const user = (env: Readonly<Record<string, string>> = {}) =>
  newUser({ MOVIE_INGEST_PRESET: SMALL, MOVIE_INGEST_COPY: '', ...env });

const documentOf = ({ library }: User) =>
  JSON.parse(readFileSync(join(library, 'catalog/film.json'), 'utf8'));

const revisionOf = ({ library }: User) => {
  const master = readFileSync(join(library, 'media/videos/film/master.m3u8'), 'utf8');
  return /r-[0-9a-f]{10}/.exec(master)?.[0] ?? '';
};

const playlist = (one: User, rendition: string) =>
  join(one.library, 'media/videos/film', revisionOf(one), rendition, 'index.m3u8');

describe('a film that fits', () => {
  let film: string;
  const anna = user();
  beforeAll(async () => {
    film = await clip('film.mp4');
  });

  test('is copied without being asked for: said in the plan, the result and the document', async () => {
    const planned = await runMain(['plan', film], anna);
    expect(planned.stdout).toContain("the film's own picture is what 180p would be");
    expect(planned.stdout).toMatch(/180p +320×180 +copied, \d+ kbit\/s/);
    expect(planned.stdout).toMatch(/audio-en +en English +copied, \d+ kbit\/s/);
    expect(planned.stdout).toContain('starts again');

    const run = await runMain(['add', film, '--json'], anna);
    expect(run.exitCode, run.stdout).toBe(0);
    expect(eventsOfType(run, 'warning')).toEqual([]);
    const [result] = eventsOfType(run, 'result');
    expect(result).toMatchObject({ outcome: 'added', copied: ['180p', 'audio-en'] });
    const document = documentOf(anna);
    expect(document.encoder.copy_reason).toBe(result?.copy_reason);
    expect(document.renditions.map(({ copied }: { copied?: boolean }) => copied)).toEqual([
      undefined,
      true,
    ]);
    expect(document.audio_tracks).toMatchObject([{ copied: true }]);
    for (const rung of ['90p', '180p']) {
      expect(await readFrameNumbers(playlist(anna, rung)), rung).toEqual(count(SECONDS * 24));
    }
    const shown = await runMain(['show', 'film'], anna);
    expect(shown.stdout).toMatch(/180p.*copied/);
  });

  test('is in after that; with --no-copy it is another film to make', async () => {
    const again = await runMain(['add', film, '--json'], anna);
    expect(eventsOfType(again, 'result')).toMatchObject([
      { outcome: 'unchanged', copied: ['180p', 'audio-en'] },
    ]);
    const revision = revisionOf(anna);
    const anew = await runMain(['add', film, '--json', '--no-copy'], anna);
    expect(anew.exitCode, anew.stdout).toBe(0);
    const [result] = eventsOfType(anew, 'result');
    expect(result).toMatchObject({ outcome: 'updated', copied: [] });
    expect(result?.copy_reason).toContain('copying is switched off');
    expect(revisionOf(anna)).not.toBe(revision);
    expect(documentOf(anna).renditions[1]).not.toHaveProperty('copied');
  });

  test('--no-copy in a config file, and what it may say', async () => {
    const ben = user();
    const config = join(ben.home, '.config/movie-ingest');
    mkdirSync(config, { recursive: true });
    writeFileSync(join(config, 'config.json'), '{ "copy": "never" }');
    const planned = await runMain(['plan', film], ben);
    expect(planned.stdout).toContain('copying is switched off');
    const wrong = await runMain(['plan', film], user({ MOVIE_INGEST_COPY: 'always' }));
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain('auto, long-gops, never');
  });
});

describe('promise 3: a film that says something else than what is in it', () => {
  test('is stopped where it shows, and encoded whole: said in a warning, the result and the document', async () => {
    // Two recordings joined as they are: nothing in the packet list tells that the parameter sets change.
    const parts = await Promise.all([clip('one.mp4'), clip('two.mp4', ['-refs', '4', '-bf', '2'])]);
    const list = join(dir, 'list.txt');
    writeFileSync(list, parts.map((path) => `file '${path}'\n`).join(''));
    const film = join(dir, 'film.ts');
    await runFfmpeg(['-f', 'concat', '-safe', '0', '-i', list, '-c', 'copy', film]);

    const ffmpeg = badFfmpeg('works');
    const carol = user(ffmpeg.env);
    const run = await runMain(['add', film, '--json'], carol);
    expect(run.exitCode, run.stdout).toBe(0);
    expect(ffmpeg.encodes()).toBe(2);
    const planned = eventsOfType(run, 'planned');
    expect(planned[0]?.copied).toContain('180p');
    expect(planned[1]?.copied).toEqual([]);
    expect(planned[1]?.revision).not.toBe(planned[0]?.revision);
    const messages = eventsOfType(run, 'warning').map(({ message }) => message);
    expect(messages.join()).toContain('nothing of the film is copied: 180p/seg_0000');
    const [result] = eventsOfType(run, 'result');
    expect(result).toMatchObject({ outcome: 'added', copied: [] });
    expect(result?.copy_reason).toContain('copied as 180p');
    expect(documentOf(carol).encoder.copy_reason).toBe(result?.copy_reason);
    // What viewers have is the other revision, whole.
    expect(revisionOf(carol)).toBe(planned[1]?.revision);
    const numbers = await readFrameNumbers(playlist(carol, '180p'));
    expect(numbers).toEqual([...count(SECONDS * 24), ...count(SECONDS * 24)]);
    expect(carol.leftovers()).toEqual([]);
  });
});
