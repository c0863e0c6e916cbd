import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callMatroskaEncrypted } from '../helpers/alter-container.ts';
import { corpus } from '../helpers/corpus.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, type User } from '../helpers/new-user.ts';
import { type CliResult, runMain } from '../helpers/run-cli.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { skipLoudly } from '../helpers/skip-loudly.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { hasPart } from '../helpers/tested-ffmpeg.ts';
import { traceCli } from '../helpers/trace-cli.ts';

const dir = makeTempDir('bad-input');
const place = (name: string) => join(dir, name);
let clip: string;

const knowsVvc = await hasPart('decoders', 'vvc');

beforeAll(async () => {
  clip = await makeClip({ dir, name: 'good.mp4', width: 160, height: 90, seconds: 2 });
});

/** Refused before anything was opened for writing: there is no library, no work, no result. */
function expectRefused(result: CliResult, user: User, message: RegExp): void {
  expect({ exitCode: result.exitCode, stdout: result.stdout }, result.stderr).toEqual({
    exitCode: 4,
    stdout: '',
  });
  expect(result.stderr).toMatch(message);
  expect(result.stderr).toMatch(/error +Cause {2}\S/);
  expectNothingMade(user);
}

function expectNothingMade(user: User): void {
  expect({
    published: user.published(),
    documents: user.documents(),
    leftovers: user.leftovers(),
  }).toEqual({ published: [], documents: [], leftovers: [] });
}

describe('promise 7: a film that cannot be used is refused with 4, and nothing is left behind', () => {
  type Maker = () => string | Promise<string>;
  const made: readonly (readonly [string, Maker, RegExp])[] = [
    ['no such file', () => place('nowhere.mp4'), /✖ nowhere\.mp4 was not found {2}exit 4/],
    ['a folder without films', makeFolder('holiday'), /✖ the folder holiday has no films/],
    ['a folder called film.mp4', makeFolder('film.mp4'), /✖ the folder film\.mp4 has no films/],
    ['a named pipe', makePipe, /✖ pipe\.mp4 is not a regular file/],
    ['a device', () => '/dev/null', /✖ null is not a regular file/],
    ['zero bytes', makeFile('empty.mp4', ''), /✖ empty\.mp4 is empty \(0 bytes\)/],
    ['a text', makeFile('notes.mp4', 'Buy milk.\n'.repeat(99)), /✖ notes\.mp4 is not a film/],
    ['a JPEG', makePicture, /✖ photo\.mp4 is not a film/],
    ['an MP4 cut off before its index', makeCutOff, /✖ cut\.mp4 is incomplete: .*moov.* missing/],
    ['an encrypted MP4', makeEncrypted, /✖ encrypted\.mp4 is encrypted \(DRM\)/],
    ['an encrypted Matroska', makeEncryptedMatroska, /✖ encrypted\.mkv is encrypted \(DRM\)/],
    ['sound only', makeSong, /✖ song\.m4a has no picture track/],
  ];

  test.each(made)('%s', async (_what, make, message) => {
    const user = newUser();
    expectRefused(await runMain(['add', await make()], user), user, message);
  });

  // ffmpeg 7 and later decode VVC.
  const vvc = [
    'a codec that ffmpeg lacks',
    'special/unsupported-vvc.mp4',
    /cannot decode \(vvc1\)/,
  ] as const;
  const fromCorpus: readonly (readonly [string, string, RegExp])[] = [
    ['DRM', 'special/encrypted-widevine.mp4', /is encrypted \(DRM\)/],
    ...(knowsVvc ? [] : [vvc]),
    ['2.9 kB that claim 100 hours', 'derived/bomb-100-hours-1-frame-per-hour.mp4', /100 hours/],
  ];

  test.each(fromCorpus)('%s', async (_what, name, message) => {
    const film = corpus(name);
    if (film === undefined) return;
    const user = newUser();
    expectRefused(await runMain(['add', film], user), user, message);
  });

  const isRoot = process.getuid?.() === 0;
  if (isRoot) skipLoudly('files that one may not read: root may read everything');

  test.skipIf(isRoot)('a file that this user may not read', async () => {
    copyFileSync(clip, place('locked.mp4'));
    chmodSync(place('locked.mp4'), 0);
    const user = newUser();
    const result = await runMain(['add', place('locked.mp4')], user);
    expectRefused(result, user, /✖ locked\.mp4 cannot be read \(EACCES\)/);
  });

  test.skipIf(isRoot)('a folder that this user may not read', async () => {
    mkdirSync(place('private'), { mode: 0 });
    const user = newUser();
    const result = await runMain(['add', place('private')], user);
    chmodSync(place('private'), 0o700);
    expectRefused(result, user, /✖ private cannot be read \(EACCES\)/);
  });
});

test('an empty name is not taken for the current folder', async () => {
  const user = newUser();
  const result = await runMain(['add', ''], { ...user, cwd: dir });
  expect(result.exitCode).toBe(2);
  expect(result.stderr).toContain('one of the films is an empty name');
  expectNothingMade(user);
});

test('promise 3: a film that is cut off in the middle is never in: 4, and nothing to be seen', async () => {
  const whole = await makeClip({
    dir,
    name: 'whole.mp4',
    width: 160,
    height: 90,
    seconds: 13,
    outputArgs: ['-movflags', '+faststart'],
  });
  const bytes = readFileSync(whole);
  writeFileSync(place('truncated.mp4'), bytes.subarray(0, bytes.length * 0.6));
  const user = newUser();
  const { exitCode, stdout, stderr } = await runMain(['add', place('truncated.mp4')], user);
  expect({ exitCode, stdout }, stderr).toEqual({ exitCode: 4, stdout: '' });
  expect(stderr).toMatch(/truncated\.mp4 is damaged: 0:0\d of its 0:13 are bad/);
  expect(stderr).toMatch(/0:0\d–0:13 nothing is there/);
  expect(stderr).toContain('--allow-damaged');
  expectNothingMade(user);
});

const attacks = corpus('attack');

describe.skipIf(attacks === undefined)('playlists and scripts dressed as films', () => {
  const user = newUser();
  let connections = 0;
  const listener = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => listener.listen(18_099, '127.0.0.1', resolve));
  });
  afterAll(() => {
    listener.close();
  });

  test('are refused; no other file is opened, and nobody is called', async () => {
    const names = ['ffconcat-renamed.mp4', 'hls-playlist-renamed.mp4', 'hls-ssrf-18099.mp4'];
    const films = names.map((name) => join(attacks ?? '', name));
    const traced = await traceCli(['add', ...films, '--json'], user);
    const events = traced.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(
      events.filter(({ type }) => type === 'error').map((it) => [basename(it.file), it.exit]),
    ).toEqual(names.map((name) => [name, 4]));
    expect(traced.exitCode).toBe(3);
    expect(connections).toBe(0);
    expect(traced.opened.filter((path) => /^secret\.(ts|mp4)$/.test(basename(path)))).toEqual([]);
    // The tracer sees what ffprobe opens: otherwise the line above would prove nothing.
    if (traced.isTraced) expect(traced.opened).toContain(films[0]);
    expectNothingMade(user);
  });
});

function makeFolder(name: string): Maker {
  return () => {
    mkdirSync(place(name), { recursive: true });
    writeFileSync(join(place(name), 'notes.txt'), 'no film');
    return place(name);
  };
}

function makeFile(name: string, content: string): Maker {
  return () => {
    writeFileSync(place(name), content);
    return place(name);
  };
}

type Maker = () => string | Promise<string>;

async function makePipe(): Promise<string> {
  await execa('mkfifo', [place('pipe.mp4')]);
  return place('pipe.mp4');
}

async function makePicture(): Promise<string> {
  await runFfmpeg(['-i', clip, '-frames:v', '1', place('photo.jpg')]);
  copyFileSync(place('photo.jpg'), place('photo.mp4'));
  return place('photo.mp4');
}

function makeCutOff(): string {
  writeFileSync(place('cut.mp4'), readFileSync(clip).subarray(0, 20_000));
  return place('cut.mp4');
}

/** ffmpeg tells its codec as if nothing were, and decodes noise. */
async function makeEncrypted(): Promise<string> {
  const path = place('encrypted.mp4');
  await runFfmpeg([
    ...['-i', clip, '-c', 'copy', '-encryption_scheme', 'cenc-aes-ctr'],
    ...['-encryption_key', '76a6c65c5ea762046bd749a2e632ccbb'],
    ...['-encryption_kid', 'a7e61c373e219033c21091fa607bf3b8', path],
  ]);
  return path;
}

async function makeEncryptedMatroska(): Promise<string> {
  const path = place('encrypted.mkv');
  await runFfmpeg(['-i', clip, '-map', '0:v', '-c', 'copy', '-live', '1', path]);
  callMatroskaEncrypted(path, 2_000);
  return path;
}

async function makeSong(): Promise<string> {
  await runFfmpeg(['-i', clip, '-vn', '-c', 'copy', place('song.m4a')]);
  return place('song.m4a');
}
