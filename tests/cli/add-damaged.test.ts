import {
  appendFileSync,
  copyFileSync,
  readFileSync,
  renameSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { damageFile, type Harm } from '../helpers/damage-file.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, SMALL, type User } from '../helpers/new-user.ts';
import { runMain, startCli } from '../helpers/run-cli.ts';
import { runFfmpeg, runFfprobe } from '../helpers/run-ffmpeg.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const dir = makeTempDir('damaged');
const place = (name: string) => join(dir, name);
/** In seconds. */
const LONG_AGO = 1_700_000_000;

let mp4: string;
let mkv: string;

beforeAll(async () => {
  const film = { dir, width: 160, height: 90, seconds: 20, videoArgs: ['-g', '48'] };
  [mp4, mkv] = await Promise.all([
    makeClip({ ...film, name: 'whole.mp4', outputArgs: ['-movflags', '+faststart'] }),
    makeClip({ ...film, name: 'whole.mkv', outputArgs: ['-cluster_time_limit', '500'] }),
  ]);
});

type Line = Readonly<Record<string, unknown>> & { type: string };

const linesOf = (stdout: string): readonly Line[] =>
  stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

const documentOf = (user: User) =>
  JSON.parse(readFileSync(join(user.library, 'catalog', `${user.documents()[0]}.json`), 'utf8'));

describe('promise 3: exit 0 never means less than the film', () => {
  const harms: readonly (readonly [string, () => string, Harm, RegExp])[] = [
    [
      'bit rot in an MP4',
      () => mp4,
      { kind: 'rot', from: 0.4, to: 0.6, flips: 60 },
      /0:0[6-9]–0:1[1-4] the picture is broken/,
    ],
    [
      'a hole of zeros in an MP4',
      () => mp4,
      { kind: 'zeros', from: 0.45, to: 0.55 },
      /0:0[7-9]–0:1[1-4] the picture is broken/,
    ],
    [
      'a hole of zeros in a Matroska',
      () => mkv,
      { kind: 'zeros', from: 0.45, to: 0.55 },
      /0:(0[89]|10)–0:1[0-2] nothing is there/,
    ],
    [
      'a piece that is lost from a Matroska',
      () => mkv,
      { kind: 'cut out', from: 0.4, to: 0.6 },
      /0:(0[7-9]|10)–0:1[1-4] nothing is there/,
    ],
    [
      'a Matroska that is cut off',
      () => mkv,
      { kind: 'cut off', at: 0.6 },
      /0:1[12]–0:2[01] nothing is there/,
    ],
  ];

  test.each(harms)('%s: refused, with the minutes', async (what, whole, harm, minutes) => {
    const name = `${what.replaceAll(' ', '-')}${whole().slice(-4)}`;
    const film = damageFile(whole(), place(name), harm);
    const user = newUser();
    const { exitCode, stderr } = await runMain(['add', film], user);
    expect(exitCode, stderr).toBe(4);
    expect(stderr).toContain(`${name} is damaged: 0:`);
    expect(stderr).toMatch(minutes);
    expect(stderr).toContain('--allow-damaged');
    expect([user.published(), user.documents(), user.leftovers()]).toEqual([[], [], []]);
  });

  test.each([
    ['rot', { kind: 'rot', from: 0.4, to: 0.6, flips: 60 }, 20],
    ['cut off', { kind: 'cut off', at: 0.6 }, 12],
  ] as const)(
    '--allow-damaged publishes a film with %s, and its document says what is bad',
    async (what, harm, seconds) => {
      const film = damageFile(mp4, place(`${what}.mp4`), harm);
      const user = newUser();
      const { exitCode, stdout, stderr } = await runMain(
        ['add', '--allow-damaged', '--json', film],
        user,
      );
      expect(exitCode, stderr).toBe(0);
      const lines = linesOf(stdout);
      const ranges = lines.find(({ type }) => type === 'damaged')?.['ranges'];
      expect(ranges).toEqual(
        expect.arrayContaining([expect.objectContaining({ startMs: expect.any(Number) })]),
      );
      const { metadata, source } = documentOf(user);
      expect(source.damage.length).toBeGreaterThan(0);
      expect(lines.find(({ type }) => type === 'result')?.['damage']).toEqual(source.damage);
      expect(Math.abs(metadata.duration_seconds - seconds)).toBeLessThan(0.6);
      expect(user.published()).toEqual(user.documents());
    },
  );

  test.each([
    ['MP4', () => mp4, '.mp4', /is two films: another one begins at byte (\d+) of it/],
    ['Matroska', () => mkv, '.mkv', /0:20–0:40 lies beyond the end that the header names/],
  ] as const)('two films of %s in one file: refused, as but one would be seen', async (...row) => {
    const [, whole, extension, words] = row;
    const bytes = readFileSync(whole());
    const film = place(`two${extension}`);
    writeFileSync(film, Buffer.concat([bytes, bytes]));
    const user = newUser();
    const { exitCode, stderr } = await runMain(['add', film], user);
    expect(exitCode, stderr).toBe(4);
    expect(stderr).toMatch(words);
    // Where it is said to be cut, a film begins.
    const at = words.exec(stderr)?.[1];
    if (at !== undefined) expect(Number(at)).toBe(bytes.length);
    expect([user.published(), user.documents(), user.leftovers()]).toEqual([[], [], []]);
  });

  test('rot in a sound track that is copied is found, although no decoder has it', async () => {
    const film = await makeClip({
      ...{ dir, name: 'copied.mp4', width: 320, height: 180, seconds: 8 },
      videoArgs: ['-profile:v', 'main', '-g', '48', '-sc_threshold', '0'],
    });
    const show = ['-select_streams', 'a:0', '-show_entries', 'packet=pos'];
    const { packets } = (await runFfprobe(film, show)) as { packets: { pos: string }[] };
    const bytes = readFileSync(film);
    for (const { pos } of packets.slice(150, 180)) bytes.fill(0xff, Number(pos), Number(pos) + 12);
    writeFileSync(film, bytes);
    const user = newUser({ MOVIE_INGEST_PRESET: SMALL, MOVIE_INGEST_COPY: '' });
    const { exitCode, stdout } = await runMain(['add', '--json', film], user);
    const lines = linesOf(stdout);
    expect(lines.find(({ type }) => type === 'planned')?.['copied']).toContain('audio-en');
    expect(exitCode).toBe(4);
    expect(lines.find(({ type }) => type === 'error')?.['cause']).toMatch(
      /^0:03–0:04 the sound is broken\.$/,
    );
  });

  test('parts of a recording that were put together again are whole', async () => {
    const parts = ['a.ts', 'b.ts'].map(place);
    for (const [index, part] of parts.entries()) {
      // Each part counts its packets from 0, and their clock goes on.
      await runFfmpeg([
        ...['-ss', String(index * 10), '-t', '10', '-i', mp4, '-output_ts_offset'],
        ...[String(index * 10), '-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', part],
      ]);
    }
    const path = place('parts.ts');
    writeFileSync(path, Buffer.concat(parts.map((part) => readFileSync(part))));
    const user = newUser({ MOVIE_INGEST_PRESET: SMALL });
    const { exitCode, stdout } = await runMain(['add', path, '--json'], { env: user.env });
    expect(exitCode, stdout).toBe(0);
    expect(documentOf(user).source.damage).toBeUndefined();
  });

  test('a sound film has no word of damage in its document', async () => {
    const user = newUser();
    const { stdout } = await runMain(['add', '--json', mkv], user);
    expect(linesOf(stdout).map(({ type }) => type)).not.toContain('damaged');
    expect(documentOf(user).source).not.toHaveProperty('damage');
  });
});

describe('promise 3: a film that somebody writes to is not published', () => {
  const changes: readonly (readonly [string, (path: string) => void, RegExp])[] = [
    ['grows', (path) => appendFileSync(path, 'more'), /changed while it was being read: it had/],
    ['is touched', (path) => utimesSync(path, 1, 1), /somebody wrote to it/],
    ['is gone', (path) => renameSync(path, `${path}.away`), /it is gone/],
    [
      'is replaced by another of equal size and time',
      (path) => {
        const other = readFileSync(path).reverse();
        renameSync(path, `${path}.old`);
        writeFileSync(path, other);
        utimesSync(path, LONG_AGO, LONG_AGO);
      },
      /its content is another/,
    ],
  ];

  test.each(changes)('one that %s while it is encoded', async (what, change, message) => {
    const film = place(`${what.replaceAll(' ', '-')}.mp4`);
    copyFileSync(mp4, film);
    utimesSync(film, LONG_AGO, LONG_AGO);
    const user = newUser();
    const child = startCli(['add', '--json', film], user);
    let seen = '';
    child.stdout.on('data', (chunk: Buffer) => {
      const before = seen;
      seen += chunk.toString();
      if (!before.includes('"encode"') && seen.includes('"encode"')) change(film);
    });
    const { exitCode } = await child;
    const error = linesOf(seen).find(({ type }) => type === 'error');
    expect(error?.['message']).toMatch(message);
    expect(exitCode).toBe(5);
    expect([user.published(), user.documents(), user.leftovers()]).toEqual([[], [], []]);
  });
});
