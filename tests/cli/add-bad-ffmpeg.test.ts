import { statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { badFfmpeg } from '../helpers/bad-ffmpeg.ts';
import { eventsOf } from '../helpers/events-of.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser } from '../helpers/new-user.ts';
import { runCli, runMain, startCli } from '../helpers/run-cli.ts';
import { skipLoudly } from '../helpers/skip-loudly.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { until } from '../helpers/until.ts';

/** Three segments, the last of them short. */
let film: string;

beforeAll(async () => {
  const dir = makeTempDir('films');
  film = await makeClip({ dir, name: 'film.mp4', width: 160, height: 90, seconds: 13 });
});

describe('promise 3: what ffmpeg says of itself is not believed', () => {
  test.each([
    ['dies=1', 5, /✖ ffmpeg stopped with code 1 {2}exit 5/],
    [
      'dies=69',
      5,
      /✖ ffmpeg stopped with code 69: most of what it read could not be decoded {2}exit 5/,
    ],
    ['dies=255', 5, /✖ ffmpeg stopped with code 255: somebody else asked it to stop {2}exit 5/],
    ['dies=0', 5, /✖ 90p has 0 segments/],
    ['short', 5, /less were encoded/],
    ['hole', 5, /✖ 90p has 2 segments where 1 are in order/],
    ['cut-segment', 9, /✖ the disk of the work folder is full {2}exit 9/],
  ])('%s: %i, and nothing is published', async (behaviour, exit, says) => {
    const ffmpeg = badFfmpeg(behaviour);
    const user = newUser(ffmpeg.env);
    const { exitCode, stdout, stderr } = await runMain(['add', film], user);
    expect(stderr).toMatch(says);
    expect({ exitCode, stdout }).toEqual({ exitCode: exit, stdout: '' });
    expect(user.published()).toEqual([]);
    expect(user.documents()).toEqual([]);
    // After a full disk the film is gone on with; what an encoder made wrong is of no use.
    expect(user.leftovers()).toEqual(exit === 9 ? ['film'] : []);
    expect(ffmpeg.encodes()).toBe(1); // what fails the same way every time is not tried again
  });

  test('what kills it every time is tried twice, and told with exit 5', async () => {
    const ffmpeg = badFfmpeg('dies=139');
    const { exitCode, stderr } = await runMain(['add', film], newUser(ffmpeg.env));
    expect(stderr).toMatch(/✖ ffmpeg was killed \(SIGSEGV\) {2}exit 5/);
    expect(exitCode).toBe(5);
    expect(ffmpeg.encodes()).toBe(2);
  });

  test('its last words are told, without what would steer a terminal', async () => {
    const { stderr } = await runMain(['add', film], newUser(badFfmpeg('dies=1').env));
    expect(stderr).toContain('[libx264 @ 0x5] made to die');
    expect(stderr).not.toContain('\u001b');
    expect(stderr).toContain('The ffmpeg command line is shown by: movie-ingest plan');
  });
});

test('progress that is garbage does no harm: the film is in, and every event is as published', async () => {
  const user = newUser(badFfmpeg('mumbles').env);
  const result = await runMain(['add', film, '--json'], user);
  expect(result.exitCode).toBe(0);
  expect(eventsOf(result).at(-1)).toMatchObject({ type: 'result', outcome: 'added' });
  expect(user.published()).toEqual(['film']);
});

test('a flood of warnings fills neither memory nor a pipe', async () => {
  const env = { ...badFfmpeg('floods=120').env, NODE_OPTIONS: '--max-old-space-size=64' };
  const user = newUser(env);
  const { exitCode, stderr } = await runCli(['add', film], user);
  expect(exitCode, stderr.slice(-2_000)).toBe(0);
  expect(user.published()).toEqual(['film']);
});

const mayMount = process.getuid?.() === 0 && process.platform === 'linux';
if (!mayMount) skipLoudly('a disk that fills up: only root on Linux may make a small one');

test.skipIf(!mayMount)('a disk that fills up while the film is encoded: 9, never 0', async () => {
  const disk = makeTempDir('small-disk');
  await execa('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'small', disk]);
  try {
    const ffmpeg = badFfmpeg('slow');
    const user = newUser(ffmpeg.env);
    const running = startCli(['add', film, '--work-dir', disk], user);
    await until(() => ffmpeg.encodes() === 1);
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(join(disk, 'ballast'), Buffer.alloc(bavail * bsize));
    const { exitCode, stderr } = await running;
    expect(exitCode, String(stderr)).toBe(9);
    expect(user.published()).toEqual([]);
    expect(user.documents()).toEqual([]);
  } finally {
    await execa('umount', ['-l', disk]);
  }
});
