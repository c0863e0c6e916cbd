import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { macFfmpeg } from '../helpers/mac-ffmpeg.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser } from '../helpers/new-user.ts';
import { runMain } from '../helpers/run-cli.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const dir = makeTempDir('films');
let sharp: string;
let enlarged: string;
let black: string;

beforeAll(async () => {
  sharp = await makeClip({
    dir,
    name: 'sharp.mp4',
    width: 960,
    height: 540,
    seconds: 5,
    audio: [],
  });
  enlarged = join(dir, 'enlarged.mp4');
  black = join(dir, 'black.mp4');
  const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '12', '-pix_fmt', 'yuv420p'];
  await runFfmpeg(['-i', sharp, '-vf', 'scale=320:180,gblur=2,scale=960:540', ...x264, enlarged]);
  await runFfmpeg(['-f', 'lavfi', '-i', 'color=black:s=960x540:d=2', ...x264, black]);
});

const planOf = async (film: string, args: readonly string[], user = newUser()) => {
  const { stdout, stderr, exitCode } = await runMain(
    ['plan', film, '--json', '--preset', 'default', ...args],
    user,
  );
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout).plan;
};

describe('a top rung that brings nothing', () => {
  const toldOf = ({ warnings }: { warnings: string[] }) =>
    warnings.filter((line) => line.includes('brings nothing over'));

  test('is named for a film that was enlarged', async () => {
    const plan = await planOf(enlarged, []);
    expect(plan.video.map(({ name }: { name: string }) => name)).toEqual(['360p', '540p']);
    expect(toldOf(plan)).toEqual([expect.stringMatching(/^540p brings nothing over 360p: /)]);
  });

  test('is not for a film that has the detail, nor for one that shows nothing', async () => {
    const [whole, nothing] = [await planOf(sharp, []), await planOf(black, [])];
    expect(whole.topDetail.psnrDb).toBeLessThan(45);
    expect(nothing.topDetail).toBeUndefined();
    expect([...toldOf(whole), ...toldOf(nothing)]).toEqual([]);
  });
});

describe('--per-title on a Mac', () => {
  test('an easy film aims lower than the preset, and each time the same', async () => {
    const user = newUser({ MOVIE_INGEST_FFMPEG: macFfmpeg('works') });
    const first = await planOf(enlarged, ['--per-title', '--no-copy'], user);
    const again = await planOf(enlarged, ['--per-title', '--no-copy'], user);
    const plain = await planOf(enlarged, ['--no-copy'], user);
    expect(first.perTitle).toMatchObject({ samples: 1, seconds: 4 });
    expect(again).toEqual(first);
    for (const [index, rung] of first.video.entries()) {
      expect(rung.averageKbps).toBeLessThan(plain.video[index].averageKbps);
      expect(first.ffmpegArgs).toContain(`${rung.averageKbps}k`);
    }
    expect(first.revision).not.toBe(plain.revision);
  });

  test('without libx264 VideoToolbox measures by its own quality', async () => {
    const user = newUser({ MOVIE_INGEST_FFMPEG: macFfmpeg('no-x264') });
    const made = await planOf(enlarged, ['--per-title', '--no-copy'], user);
    expect(made.encoder.name).toBe('h264_videotoolbox');
    expect(made.perTitle).toMatchObject({ encoder: 'h264_videotoolbox', samples: 1, seconds: 4 });
    const needed = made.perTitle.rungs.map(({ kbps }: { kbps: number }) => kbps);
    expect(Math.min(...needed)).toBeGreaterThan(0);
    for (const rung of made.video) expect(made.ffmpegArgs).toContain(`${rung.averageKbps}k`);
  });

  test('where that has no quality either, the preset counts, and a line says so', async () => {
    const user = newUser({ MOVIE_INGEST_FFMPEG: macFfmpeg('no-x264-intel') });
    const made = await planOf(enlarged, ['--per-title', '--no-copy'], user);
    expect(made.perTitle).toBeUndefined();
    expect(made.warnings).toContain(
      "The bit rates are the preset's own, not made for the film: neither libx264 nor h264_videotoolbox of this ffmpeg could encode its samples.",
    );
  });
});
