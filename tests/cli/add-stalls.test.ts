import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { badFfmpeg } from '../helpers/bad-ffmpeg.ts';
import { eventsOfType } from '../helpers/events-of.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser } from '../helpers/new-user.ts';
import { runMain } from '../helpers/run-cli.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

/** Three segments, the last of them short. */
let film: string;

beforeAll(async () => {
  const dir = makeTempDir('films');
  film = await makeClip({ dir, name: 'film.mp4', width: 160, height: 90, seconds: 13 });
});

const isAlive = (pid: number) => existsSync(`/proc/${pid}`);

describe('an ffmpeg that makes no progress', () => {
  test.each([
    ['stubborn', /It stood at 0:00 of the film/],
    ['freezes', /It stood at 0:0\d of the film/],
  ])('%s: it is stopped, tried once more, and then that is exit 5', async (behaviour, why) => {
    const ffmpeg = badFfmpeg(behaviour);
    const user = newUser(ffmpeg.env);
    const { exitCode, stderr } = await runMain(['add', film, '--stall-timeout', '2s'], user);
    expect(stderr).toContain('✖ ffmpeg made no progress for 2s and was stopped  exit 5');
    expect(stderr).toMatch(why);
    expect(stderr).toContain('--stall-timeout 10m');
    expect(exitCode).toBe(5);
    expect(ffmpeg.encodes()).toBe(2);
    expect(ffmpeg.pids().filter(isAlive)).toEqual([]);
    expect(user.published()).toEqual([]);
    // What was whole by then is kept: the next run may go on from it.
    expect(user.leftovers()).toEqual(behaviour === 'freezes' ? ['film'] : []);
  });

  test.each(['freezes-once', 'dies-once'])('%s: the film is in all the same', async (behaviour) => {
    const ffmpeg = badFfmpeg(`${behaviour}=${join(makeTempDir('once'), 'happened')}`);
    const user = newUser(ffmpeg.env);
    const run = await runMain(['add', film, '--json', '--stall-timeout', '3s'], user);
    expect(run.exitCode, run.stdout).toBe(0);
    expect(eventsOfType(run, 'warning').map(({ message }) => message)).toEqual([
      expect.stringMatching(/: the film is encoded once more$/),
    ]);
    expect(ffmpeg.encodes()).toBe(2);
    expect(user.published()).toEqual(['film']);
  });
});

describe('no stall is', () => {
  test.each([
    ['starts-slowly', 'a start that works for longer than the limit before the first picture'],
    ['mumbles-slowly', 'progress that cannot be read while the segments grow'],
  ])('%s: %s', async (behaviour) => {
    const ffmpeg = badFfmpeg(behaviour);
    const user = newUser(ffmpeg.env);
    const { exitCode, stderr } = await runMain(['add', film, '--stall-timeout', '3s'], user);
    expect(exitCode, stderr).toBe(0);
    expect(ffmpeg.encodes()).toBe(1);
  });
});

test.each(['2', 'soon', '0s'])('--stall-timeout %s is refused before anything', async (text) => {
  const ffmpeg = badFfmpeg('works');
  const { exitCode } = await runMain(['add', film, '--stall-timeout', text], newUser(ffmpeg.env));
  expect(exitCode).toBe(2);
  expect(ffmpeg.pids()).toEqual([]);
});
