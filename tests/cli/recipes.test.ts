import { cpSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { makeBucket } from '../contract/store-bucket.ts';
import { CAPTION_SRT } from '../e2e/caption-at.ts';
import { startEdge } from '../helpers/edge.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, TINY, type User } from '../helpers/new-user.ts';
import { canReadPlist, readPlist } from '../helpers/read-plist.ts';
import { CLI, runCli } from '../helpers/run-cli.ts';
import { s3Env } from '../helpers/s3-env.ts';
import { skipLoudly } from '../helpers/skip-loudly.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { ROOT, readDocuments, shellBlocks } from '../unit/docs/read-documents.ts';

const INSTALLED = '/opt/homebrew/bin/movie-ingest';

/** As people name films. Each is another film: the same one twice would be one. */
const HERE = ['Film 1.mp4', "it's 2.mp4", 'trailer.mov', 'film.mkv'];
const IN_FILMS = ['Đất Rừng (2023).mkv', 'a "b" $HOME;.mkv'];
/** Put beside them where a block names them. */
const EXTRAS: readonly string[] = [
  'Đất Rừng Phương Nam (2023).mp4',
  'film.mp4',
  'phu-de.srt',
  'captions.vtt',
];
/** In the library that blocks marked `library` find. */
const IN_LIBRARY = ['phim-01.mp4', 'phim-02.mp4'];
const PUBLIC_URL = { MOVIE_INGEST_PUBLIC_URL: 'https://media.example.com' } as const;
const library = newUser(PUBLIC_URL);

const mongod = inject('mongod');
const s3 = inject('s3');
/** One for each block: what one has put in is not in the way of the next. */
const databases: string[] = [];

const clips = makeTempDir('recipe-clips');
const bin = makeTempDir('bin');
const shim = join(bin, 'movie-ingest');

beforeAll(async () => {
  const words = CLI.map((word) => `'${word}'`).join(' ');
  writeFileSync(shim, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  const small = { dir: clips, width: 160, height: 90, rate: '12' };
  const films = [...HERE, ...IN_FILMS, ...IN_LIBRARY, ...EXTRAS.filter((it) => it.endsWith('mp4'))];
  for (const [nth, name] of films.entries()) {
    await makeClip({ ...small, name, seconds: 1 + nth / 12 });
  }
  writeFileSync(join(clips, 'phu-de.srt'), CAPTION_SRT);
  const vtt = CAPTION_SRT.replace(/^1$/m, 'WEBVTT\n').replace(/,(?=\d{3})/g, '.');
  writeFileSync(join(clips, 'captions.vtt'), vtt);
  const paths = IN_LIBRARY.map((name) => join(clips, name));
  const { exitCode, stderr } = await runCli(['add', ...paths], { env: library.env });
  expect(exitCode, stderr).toBe(0);
});

afterAll(async () => {
  if (mongod === undefined) return;
  const mongo = await MongoClient.connect(mongod.uri);
  for (const name of databases) await mongo.db(name).dropDatabase();
  await mongo.close();
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
    const marks = new Set(run.split(' '));
    const [, films] = /\bfilms=(\d+)/.exec(run) ?? [];
    const [, program] = /\bneeds=(\S+)/.exec(run) ?? [];
    const lacks = [
      ...(program !== undefined && !(await isThere(program)) ? [program] : []),
      ...(marks.has('s3') && s3 === undefined ? ['S3 server'] : []),
      ...(marks.has('mongodb') && mongod === undefined ? ['mongod'] : []),
    ];
    if (lacks.length > 0) skipLoudly(`${at}: no ${lacks.join(', no ')}`);
    const end = films === undefined ? '' : `, and ${films} films are in`;
    test.skipIf(lacks.length > 0)(`${at}${end}`, async () => {
      const viewer = newViewer();
      const given = await environmentFor(marks);
      if (marks.has('published')) await publish({ ...viewer.env, ...given });
      if (marks.has('library')) cpSync(library.library, viewer.library, { recursive: true });
      for (const name of EXTRAS.filter((it) => code.includes(it))) {
        cpSync(join(clips, name), join(viewer.cwd, name));
      }
      if (code.includes('--poster 12m30s')) await lengthen(join(viewer.cwd, 'film.mkv'));
      const env = {
        ...viewer.env,
        ...given,
        PATH: [bin, process.env['PATH'] ?? ''].join(':'),
        MOVIE_INGEST_COPY: 'never',
        film: 'film.mkv',
      };
      // What a page can only name in general is given by the test.
      const script = code.replace(/^export (\w+)=.*\n/gm, (line, name) =>
        name in given ? '' : line,
      );
      expect(script).not.toMatch(/^export /m);
      const { exitCode, all, stderr, stdout } = await execa(
        'bash',
        ['-euo', 'pipefail', '-c', script],
        { cwd: viewer.cwd, env, extendEnv: false, stdin: 'ignore', reject: false, all: true },
      );
      expect(exitCode, `${all}`).toBe(0);
      expect(stdout).not.toContain('failed: ');
      expect(stderr).not.toMatch(/^error/im);
      if (films === undefined) return;
      const listed = await runCli(['list', '--json'], { env });
      expect(listed.stdout.trim().split('\n').filter(Boolean)).toHaveLength(Number(films));
      if (!marks.has('s3') && !marks.has('edge'))
        expect(viewer.published()).toHaveLength(Number(films));
    });
  }
});

/** What a block says in `export` lines, or takes for granted. */
async function environmentFor(marks: ReadonlySet<string>): Promise<Record<string, string>> {
  const bucket = marks.has('s3') && s3 !== undefined ? await makeBucket(s3) : undefined;
  return {
    ...(bucket === undefined ? PUBLIC_URL : s3Env(bucket.settings)),
    ...(marks.has('r2') ? R2 : {}),
    ...(marks.has('edge') ? await behindTheWorker() : {}),
    ...(marks.has('mongodb') ? { MONGODB_URI: mongod?.uri ?? '', MONGODB_DB: newDatabase() } : {}),
    ...(marks.has('link-key') ? LINK_KEY : {}),
  };
}

function newDatabase(): string {
  const name = `recipes_${process.pid}_${databases.length}`;
  databases.push(name);
  return name;
}

/** Cloudflare on this machine: an empty, private bucket of R2's, and the Worker before it. */
async function behindTheWorker(): Promise<Record<string, string>> {
  const { MOVIE_INGEST_LINK_KEY_ID: id, MOVIE_INGEST_LINK_SECRET: secret } = LINK_KEY;
  const edge = await startEdge({ edge: { SIGNING_KEYS: JSON.stringify({ [id]: secret }) } });
  onTestFinished(() => edge.close());
  const { S3_ENDPOINT = '', S3_BUCKET = '' } = edge.env;
  const bucket = {
    R2_ENDPOINT: S3_ENDPOINT,
    R2_BUCKET: S3_BUCKET,
    R2_PUBLIC_URL: edge.url('edge'),
  };
  return { ...R2, ...bucket, ...LINK_KEY };
}

/** The films of the library, in the bucket of this environment. */
async function publish(env: Readonly<Record<string, string>>): Promise<void> {
  const paths = IN_LIBRARY.map((name) => join(clips, name));
  const { exitCode, stderr } = await runCli(['add', ...paths], { env });
  expect(exitCode, stderr).toBe(0);
}

/** Is asked for nothing. */
const R2 = {
  R2_ACCOUNT_ID: 'a'.repeat(32),
  R2_ACCESS_KEY_ID: 'b'.repeat(32),
  R2_SECRET_ACCESS_KEY: 'c'.repeat(64),
  R2_BUCKET: 'movies',
  R2_PUBLIC_URL: 'https://media.example.com',
} as const;
const LINK_KEY = {
  MOVIE_INGEST_LINK_KEY_ID: 'k1',
  MOVIE_INGEST_LINK_SECRET: Buffer.alloc(32, 7).toString('base64'),
} as const;

/** A film of a quarter of an hour, of a picture a second. */
async function lengthen(path: string): Promise<void> {
  const [dir, name] = [dirname(path), basename(path)];
  await makeClip({ dir, name, width: 160, height: 90, rate: '1', seconds: 900, audio: [] });
}

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

if (!canReadPlist) skipLoudly('the plist: neither plutil nor python3');

test.skipIf(!canReadPlist)('the plist is one, and what it starts runs', async () => {
  const [, plist = ''] = /^```xml\n(.*?)^```$/ms.exec(page) ?? [];
  const { Label, ProgramArguments, EnvironmentVariables, StartCalendarInterval } =
    await readPlist(plist);
  expect(page).toContain(`~/Library/LaunchAgents/${Label}.plist`);
  expect(StartCalendarInterval).toEqual({ Hour: 3 });
  const viewer = atNight();
  const [started, ...words] = (ProgramArguments as string[]).map((word) =>
    word.replace(INSTALLED, shim).replace('/Users/anna', viewer.home),
  );
  const env = { HOME: viewer.home, ...(EnvironmentVariables as Record<string, string>) };
  const { exitCode, stderr } = await execa(started ?? '', words, {
    cwd: '/', // where launchd starts things
    env,
    extendEnv: false,
    reject: false,
  });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(viewer.documents()).toHaveLength(IN_FILMS.length);
});
