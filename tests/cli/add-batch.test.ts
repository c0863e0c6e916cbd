import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventsOfType } from '../helpers/events-of.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, type User } from '../helpers/new-user.ts';
import { CLI, type CliResult, cleanEnv, runCli, runMain } from '../helpers/run-cli.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

let clip: Buffer;

beforeAll(async () => {
  const path = await makeClip({ dir: makeTempDir('clip'), width: 160, height: 90, seconds: 1 });
  clip = readFileSync(path);
});

/** Films of different content: an MP4 may end with a box that nobody reads. */
let made = 0;
function film(path: string): string {
  made += 1;
  const box = Buffer.from(`\0\0\0\u0010free${String(made).padStart(8, '0')}`, 'latin1');
  writeFileSync(path, Buffer.concat([clip, box]));
  return path;
}

function notes(path: string): string {
  writeFileSync(path, 'no film at all');
  return path;
}

/** A folder on PATH in which `movie-ingest` is the built command. */
function installed(): string {
  const bin = makeTempDir('bin');
  const words = CLI.map((word) => `'${word}'`).join(' ');
  writeFileSync(join(bin, 'movie-ingest'), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  return bin;
}

/** A line of shell in which `movie-ingest` can be typed. */
async function shell(line: string, { env, cwd }: Readonly<{ env: User['env']; cwd: string }>) {
  const clean = cleanEnv(env);
  const result = await execa('sh', ['-c', line], {
    env: { ...clean, PATH: `${installed()}:${clean['PATH']}` },
    extendEnv: false,
    cwd,
    reject: false,
    stripFinalNewline: false,
  });
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}

const urlOf = (slug: string) => `http://127.0.0.1:4680/videos/${slug}/master.m3u8\n`;

describe('promise 7: a bad film in a batch does not stop the others', () => {
  const films = makeTempDir('films');
  const season = join(films, 'season 1');
  const GONE = "it's\u001b[31m\n!gone.mp4";
  let user: User;
  let result: CliResult;

  beforeAll(async () => {
    mkdirSync(season);
    mkdirSync(join(films, 'empty'));
    film(join(season, 'part 10.mp4'));
    film(join(season, 'part 2.mp4'));
    notes(join(season, 'part 9.mp4'));
    film(join(season, '.hidden.mp4'));
    notes(join(season, 'cover.jpg'));
    user = newUser();
    const args = ['add', '--json', join(films, GONE), season, join(films, 'empty')];
    result = await runCli([...args, film(join(films, "it's one.mp4"))], user);
  });

  test('folders go in numeric order, files in the order given', () => {
    expect(eventsOfType(result, 'film.start').map(({ file }) => basename(file))).toEqual([
      GONE,
      'part 2.mp4',
      'part 9.mp4',
      'part 10.mp4',
      'empty',
      "it's one.mp4",
    ]);
  });

  test('the good ones are in, the bad ones are told, and the run ends with 3', () => {
    expect(result.exitCode).toBe(3);
    expect(user.published()).toEqual(['its-one', 'part-10', 'part-2']);
    expect(user.documents()).toEqual(['its-one', 'part-10', 'part-2']);
    const [summary] = eventsOfType(result, 'summary');
    expect(summary).toMatchObject({ added: 3, unchanged: 0, exit: 3 });
    expect(summary?.failed.map(({ code, message }) => [code, message])).toEqual([
      ['film', "it's\u001b[31m\n!gone.mp4 was not found"],
      ['film', 'part 9.mp4 is not a film that can be read'],
      ['film', 'the folder empty has no films'],
    ]);
    expect(user.leftovers()).toEqual([]);
  });

  test('every line of --json is an event of the contract, and stderr has none', () => {
    expect(eventsOfType(result, 'result')).toHaveLength(3);
    expect(eventsOfType(result, 'error')).toHaveLength(3);
    expect(result.stderr).toBe('');
  });

  test('the retry command, given to a shell, tries exactly the failed ones', async () => {
    const [summary] = eventsOfType(result, 'summary');
    film(join(season, 'part 9.mp4')); // repaired in the meantime
    const again = await shell(`${summary?.retry}`.replace(' -- ', ' --json -- '), {
      env: user.env,
      cwd: makeTempDir('cwd'),
    });
    expect(eventsOfType(again, 'film.start').map(({ file }) => basename(file))).toEqual([
      GONE,
      'part 9.mp4',
      'empty',
    ]);
    expect(again.exitCode).toBe(3);
    expect(user.published()).toContain('part-9');
  });

  test('again with all of it: what is in stays as it is', async () => {
    const again = await runMain(['add', '--json', season], user);
    expect(again.exitCode).toBe(0);
    expect(eventsOfType(again, 'summary')).toMatchObject([{ added: 0, unchanged: 3, failed: [] }]);
  });
});

describe('lists of films', () => {
  const films = makeTempDir('films');
  const first = join(films, 'one [1080p].mp4');
  const second = join(films, 'two\nlines.mp4');

  beforeAll(() => {
    film(first);
    film(second);
  });

  test('--from-file LIST, with Windows line ends, relative to the current folder', async () => {
    const user = newUser();
    writeFileSync(join(films, 'list.txt'), 'one [1080p].mp4\r\n\r\ngone [12].mp4\r\n');
    film(join(films, 'gone 1.mp4')); // what `gone [12].mp4` would mean to a shell
    const result = await runMain(['add', '--json', '--from-file', 'list.txt'], {
      ...user,
      cwd: films,
    });
    expect(result.exitCode).toBe(3);
    expect(user.published()).toEqual(['one-1080p']);
    expect(eventsOfType(result, 'summary')[0]?.failed.map(({ message }) => message)).toEqual([
      'gone [12].mp4 was not found',
    ]);
  });

  test('find -print0 | add --from-file - -0', async () => {
    const user = newUser();
    const line = `find . -name '*lines.mp4' -print0 | movie-ingest add --from-file - -0`;
    const { exitCode, stdout, stderr } = await shell(line, { env: user.env, cwd: films });
    expect({ exitCode, stdout }, stderr).toEqual({ exitCode: 0, stdout: urlOf('two-lines') });
  });

  test('a list with NULs and no -0 is asked about, not taken for one long name', async () => {
    const user = newUser();
    const options = { ...user, input: `${first}\0${second}\0` };
    const { exitCode, stderr } = await runCli(['add', '--from-file', '-'], options);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /✖ the paths in the list on stdin end with NUL.*\n.*Fix +Say so with -0/,
    );
  });

  test('an empty list is nothing to do', async () => {
    const user = newUser();
    const result = await runCli(['add', '--from-file', '-'], { ...user, input: '\n' });
    expect({ ...result, stderr: '' }).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(existsSync(user.library)).toBe(false);
  });

  test('a pattern that no shell expanded is, and each film is taken once', async () => {
    const user = newUser();
    const args = ['add', '--json', `${films}/two*.mp4`, second, `${films}/./two\nlines.mp4`];
    const result = await runMain(args, user);
    expect(result.exitCode).toBe(0);
    expect(user.published()).toEqual(['two-lines']);
  });
});

describe('shell loops', () => {
  const films = makeTempDir('films');

  beforeAll(() => {
    for (const name of ['a.mp4', 'b c.mp4', 'd.mp4']) film(join(films, name));
    copyFileSync(join(films, 'a.mp4'), join(films, 'd.mp4'));
  });

  test('ls | while read: ffmpeg does not eat the list', async () => {
    const user = newUser();
    const line = 'ls *.mp4 | while read -r f; do movie-ingest add -q "$f"; echo "$f=$?"; done';
    const { stdout, stderr } = await shell(line, { env: user.env, cwd: films });
    const expected = `${urlOf('a')}a.mp4=0\n${urlOf('b-c')}b c.mp4=0\nd.mp4=2\n`;
    expect(stdout, stderr).toBe(expected);
    // The third is the first under another name.
    expect(stderr).toContain('✖ d.mp4 is the same film as a, which is in already');
  });

  test('for f in *: with stdin open and slow, the loop goes through all of them', async () => {
    const user = newUser();
    const line = [
      '{ echo one; while [ ! -e done ]; do sleep 0.1; done; echo two; } |',
      '{ for f in a.mp4 "b c.mp4"; do movie-ingest add -q "$f"; done; touch done; cat; }',
    ].join(' ');
    const { stdout } = await shell(line, { env: user.env, cwd: films });
    expect(stdout).toBe(`${urlOf('a')}${urlOf('b-c')}one\ntwo\n`);
  });
});
