import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventsOf, eventsOfType } from '../helpers/events-of.ts';
import { macFfmpeg } from '../helpers/mac-ffmpeg.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, type User } from '../helpers/new-user.ts';
import { runMain } from '../helpers/run-cli.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

/** Three segments, the last of them short. */
let film: string;

beforeAll(async () => {
  const dir = makeTempDir('films');
  film = await makeClip({ dir, name: 'film.mp4', width: 160, height: 90, seconds: 13 });
});

/** A Mac whose VideoToolbox passes its trial, and then does this. */
const macUser = (behaviour: string) =>
  newUser({
    MOVIE_INGEST_FFMPEG: macFfmpeg(behaviour),
    MOVIE_INGEST_STATE_DIR: makeTempDir('state'),
  });

/** All objects below the film's folder, and what its master and playlists lead to. */
function objectsOf(user: User) {
  const dir = join(user.library, 'media/videos/film');
  const master = readFileSync(join(dir, 'master.m3u8'), 'utf8');
  const [revision = ''] = /r-[0-9a-f]{10}/.exec(master) ?? [];
  const revisions = readdirSync(dir).filter((name) => name.startsWith('r-'));
  return { revision, abandoned: revisions.filter((name) => name !== revision), master, dir };
}

describe('VideoToolbox that works in the trial and fails at the film: libx264 makes that film', () => {
  test.each([
    ['film-refuses', /this Mac has no hardware encoder/],
    ['film-refuses-quietly', /stopped with code 187/],
    ['film-dies', /macOS refused the session \(−12903\)/],
    ['film-lies', /is not what was planned/],
  ])('%s', async (behaviour, why) => {
    const user = macUser(behaviour);
    const run = await runMain(['add', film, '--json'], user);
    expect(run.exitCode, run.stdout).toBe(0);
    const planned = eventsOfType(run, 'planned').map(({ encoder }) => encoder);
    expect(planned).toEqual(['h264_videotoolbox', 'libx264']);
    const [warning] = eventsOfType(run, 'warning');
    expect(warning?.message).toMatch(/^h264_videotoolbox is not used, it failed at this film: /);
    const [result] = eventsOfType(run, 'result');
    expect(result).toMatchObject({ outcome: 'added', video_encoder: 'libx264' });
    expect(`${warning?.message} ${result?.video_encoder_reason}`).toMatch(why);
    expect(result?.video_encoder_reason).toContain('h264_videotoolbox not used: it failed at');
    const { encoder } = JSON.parse(readFileSync(join(user.library, 'catalog/film.json'), 'utf8'));
    expect(encoder).toMatchObject({
      video_encoder: 'libx264',
      video_encoder_reason: result?.video_encoder_reason,
    });
    // Nothing leads to what the abandoned attempt had sent.
    const { revision, abandoned, master, dir } = objectsOf(user);
    expect(encoder.recipe).toMatch(/^[0-9a-f]{10}$/);
    for (const name of abandoned) {
      expect(master).not.toContain(name);
      expect(existsSync(join(dir, name, 'manifest.json'))).toBe(false);
    }
    expect(readFileSync(join(dir, revision, 'manifest.json'), 'utf8')).not.toContain(
      abandoned[0] ?? 'no such text',
    );
    expect(user.leftovers()).toEqual([]);
  });

  /** PQ by its tags; what its pictures show does not matter here. */
  const hdrFilm = () => {
    const tags = ['-color_primaries', 'bt2020', '-color_trc', 'smpte2084'];
    const videoArgs = [...tags, '-colorspace', 'bt2020nc'];
    const dir = makeTempDir('films');
    return makeClip({ dir, name: 'hdr.mp4', width: 160, height: 90, videoArgs });
  };

  test('a Mac’s way from HDR to SDR that works makes film and poster, each with its device', async () => {
    const run = await runMain(['add', await hdrFilm(), '--json'], macUser('hdr-works'));
    expect(run.exitCode, run.stdout).toBe(0);
    expect(eventsOfType(run, 'warning').map(({ message }) => message)).toEqual([
      expect.stringMatching(/turned into SDR by scale_vt/),
    ]);
  });

  test('a Mac’s way from HDR to SDR too: the next one that was proved, and the encoder stays', async () => {
    const user = macUser('hdr-film-fails');
    const run = await runMain(['add', await hdrFilm(), '--json'], user);
    expect(run.exitCode, run.stdout).toBe(0);
    const told = eventsOfType(run, 'warning').map(({ message }) => message);
    expect(told).toContainEqual(expect.stringMatching(/turned into SDR by scale_vt/));
    expect(told).toContainEqual(expect.stringMatching(/^scale_vt is not used, it failed at/));
    expect(told).toContainEqual(expect.stringMatching(/turned into SDR by zscale/));
    expect(eventsOfType(run, 'result')).toMatchObject([{ video_encoder: 'h264_videotoolbox' }]);
  });

  test('for that film alone: the next one is tried with VideoToolbox again', async () => {
    const user = macUser(`film-crashes-once=${join(makeTempDir('crash'), 'happened')}`);
    const run = await runMain(['add', film, '--json'], user);
    expect(run.exitCode, run.stdout).toBe(0);
    expect(eventsOfType(run, 'warning').map(({ message }) => message)).toEqual([
      'ffmpeg was killed (SIGSEGV): the film is encoded once more',
    ]);
    expect(eventsOfType(run, 'result')).toMatchObject([{ video_encoder: 'h264_videotoolbox' }]);
  });

  test('one that crashes twice is given up for libx264', async () => {
    const run = await runMain(['add', film, '--json'], macUser('film-crashes'));
    expect(run.exitCode, run.stdout).toBe(0);
    expect(eventsOfType(run, 'warning')).toHaveLength(2);
    expect(eventsOfType(run, 'result')).toMatchObject([{ video_encoder: 'libx264' }]);
  });

  test('one that stops in the middle is given a second try, and then up, for libx264', async () => {
    const user = macUser('film-stops');
    const run = await runMain(['add', film, '--json', '--stall-timeout', '3s'], user);
    expect(run.exitCode, run.stdout).toBe(0);
    const stuck = 'ffmpeg made no progress for 3s and was stopped';
    expect(eventsOfType(run, 'warning').map(({ message }) => message)).toEqual([
      `${stuck}: the film is encoded once more`,
      `h264_videotoolbox is not used, it failed at this film: ${stuck}`,
    ]);
    expect(eventsOfType(run, 'result')).toMatchObject([{ video_encoder: 'libx264' }]);
  });

  test('one that uses a fraction of its bits has made the film: that is told, not mended', async () => {
    const run = await runMain(['add', film, '--json'], macUser('film-undershoots'));
    expect(run.exitCode, run.stdout).toBe(0);
    expect(eventsOfType(run, 'warning')).toMatchObject([
      { message: expect.stringMatching(/^90p has \d+ kb\/s on average, 150 were asked for$/) },
    ]);
    expect(eventsOfType(run, 'result')).toMatchObject([{ video_encoder: 'h264_videotoolbox' }]);
  });

  test('--encoder videotoolbox means that one or none: exit 5, with the way out', async () => {
    const user = macUser('film-refuses');
    const run = await runMain(['add', film, '--encoder', 'videotoolbox', '--json'], user);
    expect(run.exitCode).toBe(5);
    expect(eventsOf(run).at(-1)).toMatchObject({
      type: 'error',
      code: 'encode',
      fix: expect.stringContaining('--encoder auto'),
    });
    expect(user.published()).toEqual([]);
  });
});
