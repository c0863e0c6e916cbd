import { cpSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, TINY, type User } from '../helpers/new-user.ts';
import { CLI } from '../helpers/run-cli.ts';
import { skipLoudly } from '../helpers/skip-loudly.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { ROOT, readDocuments, shellBlocks } from '../unit/docs/read-documents.ts';

const INSTALLED = '/opt/homebrew/bin/movie-ingest';

/** As people name films. Each is another film: the same one twice would be one. */
const HERE = ['Film 1.mp4', "it's 2.mp4", 'trailer.mov', 'film.mkv'];
const IN_FILMS = ['Đất Rừng (2023).mkv', 'a "b" $HOME;.mkv'];
const clips = makeTempDir('recipe-clips');
const bin = makeTempDir('bin');
const shim = join(bin, 'movie-ingest');

beforeAll(async () => {
  const words = CLI.map((word) => `'${word}'`).join(' ');
  writeFileSync(shim, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  const small = { dir: clips, width: 160, height: 90, rate: '12' };
  for (const [nth, name] of [...HERE, ...IN_FILMS].entries()) {
    await makeClip({ ...small, name, seconds: 1 + nth / 12 });
  }
});

const isThere = async (program: string) =>
  !(await execa('sh', ['-c', `command -v ${program}`], { reject: false })).failed;

/** Somebody with films in the current folder and in ~/Films. */
function newViewer(): User & { cwd: string } {
  const user = newUser();
  const cwd = join(user.home, 'here');
  for (const [dir, names] of [
    [cwd, HERE],
    [join(user.home, 'Films'), IN_FILMS],
  ] as const) {
    mkdirSync(dir, { recursive: true });
    for (const name of names) cpSync(join(clips, name), join(dir, name));
  }
  writeFileSync(join(cwd, 'films.txt'), 'film.mkv\n');
  writeFileSync(join(cwd, 'last-run'), '');
  utimesSync(join(cwd, 'last-run'), 0, 0);
  return { ...user, cwd };
}

type Setting = Readonly<{ cwd: string; env: Readonly<Record<string, string>> }>;

const shell = (program: string, code: string, { cwd, env }: Setting) =>
  execa(program, ['-c', code], { cwd, env, extendEnv: false, stdin: 'ignore', reject: false });

describe('blocks marked "run" in README and docs do what they say', async () => {
  const blocks = readDocuments()
    .flatMap(shellBlocks)
    .filter(({ run }) => run !== undefined);

  test('there are some', () => {
    expect(blocks.length).toBeGreaterThan(3);
  });

  for (const { at, code, run = '' } of blocks) {
    const [, films] = /\bfilms=(\d+)/.exec(run) ?? [];
    const [, program] = /\bneeds=(\S+)/.exec(run) ?? [];
    const isMissing = program !== undefined && !(await isThere(program));
    if (isMissing) skipLoudly(`${at}: no ${program}`);
    test.skipIf(isMissing)(`${at}, and ${films} films are in`, async () => {
      const viewer = newViewer();
      const env = {
        ...viewer.env,
        PATH: [bin, process.env['PATH'] ?? ''].join(':'),
        MOVIE_INGEST_COPY: 'never',
      };
      const { exitCode, all, stderr, stdout } = await execa(
        'bash',
        ['-euo', 'pipefail', '-c', code],
        { cwd: viewer.cwd, env, extendEnv: false, stdin: 'ignore', reject: false, all: true },
      );
      expect(exitCode, `${all}`).toBe(0);
      expect(stdout).not.toContain('failed: ');
      expect(stderr).not.toMatch(/^error/im);
      expect(viewer.documents()).toHaveLength(Number(films));
      expect(viewer.published()).toHaveLength(Number(films));
    });
  }
});

const page = readFileSync(join(ROOT, 'docs/recipes.md'), 'utf8');

/** As the pages say: settings in the user file, a bare environment, no terminal. */
function atNight(): User & Setting {
  const viewer = newViewer();
  const folder = join(viewer.home, '.config/movie-ingest');
  mkdirSync(folder, { recursive: true });
  const { library } = viewer;
  const stateDir = viewer.env['MOVIE_INGEST_STATE_DIR'];
  const settings = { preset: TINY, library, copy: 'never', stateDir };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(settings), { mode: 0o600 });
  const env = { HOME: viewer.home, LOGNAME: 'anna', SHELL: '/bin/sh', PATH: '/usr/bin:/bin' };
  return { ...viewer, cwd: viewer.home, env };
}

test('the crontab line runs under what cron gives it, says nothing, and runs again', async () => {
  const [, line = ''] = /^```\n(\d+ \d+ \* \* \* .*)\n```$/m.exec(page) ?? [];
  const [, command = ''] = /^(?:\S+ +){5}(.*)$/.exec(line) ?? [];
  expect(command).toContain(INSTALLED);
  expect(command).not.toMatch(/(?<!\\)%/); // a line feed, to cron
  const viewer = atNight();
  for (const _ of ['first', 'second']) {
    const { exitCode, stdout, stderr } = await shell(
      '/bin/sh',
      command.replace(INSTALLED, shim),
      viewer,
    );
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(viewer.documents()).toHaveLength(IN_FILMS.length);
  }
});

const READ_PLIST =
  'import json,plistlib,sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))';
const reader = [
  ['plutil', '-convert', 'json', '-o', '-', '-'],
  ['python3', '-c', READ_PLIST],
];
const readers = await Promise.all(reader.map(async ([program = '']) => isThere(program)));
const [program = '', ...args] = reader[readers.indexOf(true)] ?? [];
if (program === '') skipLoudly('the plist: neither plutil nor python3');

test.skipIf(program === '')('the plist is one, and what it starts runs', async () => {
  const [, plist = ''] = /^```xml\n(.*?)^```$/ms.exec(page) ?? [];
  const { stdout: json } = await execa(program, args, { input: plist });
  const { Label, ProgramArguments, EnvironmentVariables, StartCalendarInterval } = JSON.parse(json);
  expect(page).toContain(`~/Library/LaunchAgents/${Label}.plist`);
  expect(StartCalendarInterval).toEqual({ Hour: 3 });
  const viewer = atNight();
  const [started, ...words] = (ProgramArguments as string[]).map((word) =>
    word.replace(INSTALLED, shim).replace('/Users/anna', viewer.home),
  );
  const env = { HOME: viewer.home, ...EnvironmentVariables };
  const { exitCode, stderr } = await execa(started ?? '', words, {
    cwd: '/', // where launchd starts things
    env,
    extendEnv: false,
    reject: false,
  });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(viewer.documents()).toHaveLength(IN_FILMS.length);
});
