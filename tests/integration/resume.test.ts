import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FolderStore } from '../../src/store/folder.ts';
import { badFfmpeg } from '../helpers/bad-ffmpeg.ts';
import { cutOff } from '../helpers/cut-off.ts';
import { eventsOfType } from '../helpers/events-of.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, SMALL, type User } from '../helpers/new-user.ts';
import { readFrameNumbers } from '../helpers/read-frame-numbers.ts';
import { runCli } from '../helpers/run-cli.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { startViewer } from '../helpers/viewer.ts';

const SECONDS = 26;
const LONG_SECONDS = 50;
const RUNGS = ['90p', '180p'];
const FFMPEG = badFfmpeg('works');
let film: string;

beforeAll(async () => {
  film = await makeClip({
    dir: makeTempDir('films'),
    name: 'film.mp4',
    width: 320,
    height: 180,
    seconds: SECONDS,
  });
});

function someone(): User {
  return newUser({ MOVIE_INGEST_PRESET: SMALL, ...FFMPEG.env });
}

const add = (user: User, ...flags: string[]) =>
  runCli(['add', film, '--json', ...flags], { env: { ...user.env, BAD_FFMPEG: 'works' } });

/** Paths below the folder of the film in the store, with the revision left out. */
function objectsOf({ library }: User): Map<string, Buffer> {
  const videos = join(library, 'media/videos/film');
  const files = readdirSync(videos, { recursive: true, withFileTypes: true });
  return new Map(
    files
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
      .map((path) => [
        path.slice(videos.length).replace(/^\/r-[0-9a-f-]+/, ''),
        readFileSync(path),
      ]),
  );
}

/** Kills a run with -9 once `count` segments of the upper rung are on disk. Answers with its folder. */
const cutOffAt = (user: User, count: number, ...flags: string[]) =>
  cutOff(['add', film, ...flags], {
    env: { ...user.env, BAD_FFMPEG: 'slow' },
    slug: 'film',
    last: `180p/seg_0000${count - 1}.ts`,
  });

async function expectWhole(user: User, seconds = SECONDS): Promise<void> {
  const master = readFileSync(join(user.library, 'media/videos/film/master.m3u8'), 'utf8');
  for (const rung of RUNGS) {
    const [playlist = ''] = new RegExp(`^[^#].*/${rung}/index\\.m3u8$`, 'm').exec(master) ?? [];
    const numbers = await readFrameNumbers(join(user.library, 'media/videos/film', playlist));
    expect(numbers).toEqual(Array.from({ length: seconds * 24 }, (_, number) => number));
  }
  expect(user.leftovers()).toEqual([]);
}

describe('promise 4: killed inside a film, the same command goes on inside it', () => {
  let undisturbed: Map<string, Buffer>;

  beforeAll(async () => {
    const user = someone();
    const { exitCode, stderr } = await add(user);
    expect(exitCode, stderr).toBe(0);
    undisturbed = objectsOf(user);
  });

  test('what was whole is kept to the byte, the rest is made once, the sound is the same', async () => {
    const user = someone();
    const folder = await cutOffAt(user, 2);
    const before = RUNGS.map((rung) => readFileSync(join(folder, rung, 'seg_00001.ts')));
    const encodes = FFMPEG.encodes();
    const again = await add(user);
    expect(again.exitCode, again.stdout).toBe(0);
    const [resumed] = eventsOfType(again, 'resumed');
    expect(resumed).toMatchObject({ slug: 'film', of: 5, fetchedSegments: 0 });
    expect([2, 3, 4]).toContain(resumed?.['segment']);
    expect(FFMPEG.encodes() - encodes).toBe(2); // the pictures, the sound
    await expectWhole(user);
    const objects = objectsOf(user);
    expect([...objects.keys()]).toEqual([...undisturbed.keys()]);
    RUNGS.forEach((rung, number) => {
      expect(objects.get(`/${rung}/seg_00001.ts`)?.equals(before[number] ?? Buffer.of())).toBe(
        true,
      );
    });
    const sound = [...objects].filter(([name]) => name.startsWith('/audio'));
    expect(sound.length).toBeGreaterThan(5);
    for (const [name, bytes] of sound) expect([name, undisturbed.get(name)]).toEqual([name, bytes]);
    const { exitCode, stdout } = await add(user);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('"outcome":"unchanged"');
  });

  test('killed again while it goes on, and with its work folder gone: from what the store has', async () => {
    const user = someone();
    await cutOffAt(user, 2);
    const folder = await cutOffAt(user, 3);
    const inStore = () =>
      objectsOf(user).has('/180p/seg_00001.ts') && objectsOf(user).has('/90p/seg_00001.ts');
    expect(inStore()).toBe(true);
    for (const rung of RUNGS) writeFileSync(join(folder, rung, 'seg_00000.ts'), '');
    const again = await add(user);
    expect(again.exitCode, again.stdout).toBe(0);
    const [resumed] = eventsOfType(again, 'resumed');
    expect(resumed?.['fetchedSegments']).toBeGreaterThanOrEqual(2);
    await expectWhole(user);
  });

  test('promise 2: with --force over a film that is in, viewers have the old one until the new one is whole', async () => {
    const user = someone();
    expect((await add(user)).exitCode).toBe(0);
    const media = join(user.library, 'media');
    const standing = () => [
      readFileSync(join(media, 'videos/film/master.m3u8'), 'utf8'),
      readFileSync(join(user.library, 'catalog/film.json'), 'utf8'),
    ];
    const before = standing();
    const publicBaseUrl = 'http://127.0.0.1:4680';
    const store = new FolderStore({ kind: 'folder', dir: media, publicBaseUrl });
    const viewer = startViewer(store, 'videos/film/master.m3u8', { pauseMs: 50 });
    for (const count of [2, 3]) {
      await cutOffAt(user, count, '--force');
      expect(standing()).toEqual(before);
    }
    const again = await add(user, '--force');
    expect(again.exitCode, again.stdout).toBe(0);
    expect(eventsOfType(again, 'resumed')[0]?.['segment']).toBeGreaterThanOrEqual(2);
    expect(eventsOfType(again, 'result')[0]?.outcome).toBe('updated');
    const { holes, masters } = await viewer.stop();
    expect(holes).toEqual([]);
    expect(masters).toEqual([before[0], standing()[0]]);
    const revisions = readdirSync(join(media, 'videos/film')).filter((name) => /^r-/.test(name));
    expect(revisions.map((name) => name.replace(/^r-[0-9a-f]+/, ''))).toEqual(['', '-2']);
    await expectWhole(user);
  });

  test('a film that was changed since is encoded from its start, and that is said', async () => {
    const user = someone();
    await cutOffAt(user, 2);
    const later = new Date(Date.now() + 60_000);
    utimesSync(film, later, later);
    try {
      const again = await add(user);
      expect(again.exitCode, again.stdout).toBe(0);
      expect(eventsOfType(again, 'resumed')).toEqual([]);
      expect(eventsOfType(again, 'restarted')).toMatchObject([
        { slug: 'film', reason: expect.stringContaining('the film is newer') },
      ]);
      await expectWhole(user);
    } finally {
      utimesSync(film, new Date(0), new Date(0));
    }
  });

  describe.each(['mpegts', 'fmp4'])('with --drop-uploaded, %s', (container) => {
    const name = (index: number) => `seg_0000${index}.${container === 'fmp4' ? 'm4s' : 'ts'}`;
    let user: User;
    let args: readonly string[];

    beforeAll(async () => {
      const clip = { width: 320, height: 180, seconds: LONG_SECONDS };
      const long = await makeClip({ dir: makeTempDir('films'), name: 'film.mp4', ...clip });
      args = ['add', long, '--drop-uploaded', '--json'];
    });

    beforeEach(() => {
      const preset = join(makeTempDir('preset'), 'small.json');
      writeFileSync(
        preset,
        JSON.stringify({ ...JSON.parse(readFileSync(SMALL, 'utf8')), container }),
      );
      user = newUser({ MOVIE_INGEST_PRESET: preset, ...FFMPEG.env });
    });

    const killedAt = (last: string, when?: (folder: string) => boolean) =>
      cutOff([...args], {
        env: { ...user.env, BAD_FFMPEG: 'slow' },
        slug: 'film',
        last,
        ...(when === undefined ? {} : { when }),
      });
    const again = () => runCli([...args], { env: { ...user.env, BAD_FFMPEG: 'works' } });

    test('what has left the disk is read back, not encoded or sent again', async () => {
      // The smallest rung stays, for the storyboard.
      const isGone = (folder: string) => !existsSync(join(folder, '180p', name(1)));
      await killedAt(`90p/${name(4)}`, isGone);
      const sent = () => statSync(inStore(user, '180p', name(1))).mtimeMs;
      const before = sent();
      const { exitCode, stdout } = await again();
      expect(exitCode, stdout).toBe(0);
      const [resumed] = eventsOfType({ stdout }, 'resumed');
      expect(resumed?.['segment']).toBeGreaterThanOrEqual(5);
      expect(resumed?.['fetchedSegments']).toBeGreaterThanOrEqual(1);
      expect(sent()).toBe(before);
      await expectWhole(user, LONG_SECONDS);
    });

    test('what is too little to go on from is made anew, and nobody misses it', async () => {
      const folder = await killedAt(`180p/${name(0)}`);
      for (const rung of RUNGS) rmSync(join(folder, rung, name(1)), { force: true });
      const { exitCode, stdout } = await again();
      expect(exitCode, stdout).toBe(0);
      expect(eventsOfType({ stdout }, 'resumed')).toEqual([]);
      await expectWhole(user, LONG_SECONDS);
    });
  });
});

function inStore({ library }: User, rung: string, name: string): string {
  const videos = join(library, 'media/videos/film');
  const [revision = ''] = readdirSync(videos).filter((entry) => entry.startsWith('r-'));
  return join(videos, revision, rung, name);
}
