import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { probe } from '../../src/ffmpeg/probe/probe.ts';
import { encodeFilm, TOOLS } from '../helpers/encode-film.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { readFrameNumbers } from '../helpers/read-frame-numbers.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { makeFastTempDir } from '../helpers/temp-dir.ts';

const dir = makeFastTempDir('frames');
const SECONDS = 3;

async function numbersOf(name: string, rate: string, videoArgs: readonly string[] = []) {
  const path = await makeClip({
    dir,
    name,
    rate,
    seconds: SECONDS,
    width: 256,
    height: 144,
    videoArgs,
  });
  const film = await encodeFilm(path);
  const joined = join(dir, `${name}.ts`);
  writeFileSync(joined, film.join(film.plan.video[0]?.name ?? ''));
  return { numbers: await readFrameNumbers(joined), plan: film.plan };
}

const upTo = (count: number, step = 1) => Array.from({ length: count }, (_, n) => n * step);

describe('no picture is lost or doubled where the rate stays', () => {
  test.each([
    ['mp4', '24'],
    ['mkv', '24'],
    ['mkv', '24000/1001'],
    ['ts', '25'],
    ['mkv', '30000/1001'],
    ['flv', '30'],
    ['mp4', '50'],
    ['mkv', '60000/1001'],
    ['mkv', '12'],
    ['mp4', '25/2'],
    ['mkv', '15'],
    ['mp4', '48'],
  ])('%s at %s', async (container, rate) => {
    const [num = 0, den = 1] = rate.split('/').map(Number);
    const { numbers, plan } = await numbersOf(`${rate.replace('/', '-')}.${container}`, rate);
    expect(plan.grid.frameRate.num / plan.grid.frameRate.den).toBeCloseTo(num / den, 6);
    expect(numbers).toEqual(upTo(Math.ceil((SECONDS * num) / den)));
  });
});

test('a film whose segments end between two ticks of the clock is cut where it was planned', async () => {
  const rate = '26777/1000';
  const size = { width: 256, height: 144 };
  const path = await makeClip({ dir, name: 'between-ticks.mp4', rate, seconds: 9, ...size });
  const { plan, first } = await encodeFilm(path);
  expect(plan.grid).toMatchObject({ segmentFrames: 162 });
  const numbers = await readFrameNumbers(first(plan.video[0]?.name ?? ''));
  expect(numbers).toEqual(upTo(162));
});

test('of pictures that are not decoded as they are shown, the first two hundred tell the same rate', async () => {
  // Key frames and B-frames lie so that the two hundredth comes in the middle of a group of them.
  for (const rate of ['24', '30', '60']) {
    const path = join(dir, `b-${rate}.mp4`);
    await runFfmpeg([
      ...['-f', 'lavfi', '-i', `testsrc2=s=128x72:r=${rate}`, '-frames:v', '260'],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '7', '-b_strategy', '0', path],
    ]);
    const { video } = await probe(path, { tools: TOOLS });
    expect(video.frameRate).toEqual({ num: Number(rate), den: 1 });
  }
});

describe('of an AVI, which does not say when pictures are shown, none is lost or doubled', () => {
  test.each([
    ['MPEG-4', '25', ['-c:v', 'mpeg4', '-q:v', '3', '-bf', '2', '-vtag', 'XVID']],
    ['H.264', '24000/1001', ['-preset', 'veryfast']],
    ['H.264 at a low rate', '12', ['-preset', 'veryfast']],
  ])('%s at %s', async (name, rate, args) => {
    const [num = 0, den = 1] = rate.split('/').map(Number);
    const { numbers, plan } = await numbersOf(`${name}.avi`, rate, args);
    expect(plan.grid.frameRate).toEqual({ num, den });
    expect(plan.warnings).toEqual([]);
    expect(numbers).toEqual(upTo(Math.ceil((SECONDS * num) / den)));
  });
});

test('an AVI whose header counts at twice the rate of its pictures is as long as it says', async () => {
  const whole = await makeClip({ dir, name: 'for-avi.mp4', rate: '24', seconds: SECONDS });
  const path = join(dir, 'copied.avi');
  await runFfmpeg(['-i', whole, '-c', 'copy', '-an', path]);
  const { durationMs } = await probe(path, { tools: TOOLS });
  expect(Math.abs(durationMs - SECONDS * 1000)).toBeLessThan(100);
});

describe('above 60 every other picture is taken, or one in four', () => {
  // Matroska rounds the times to milliseconds, by turns up and down.
  test.each([
    ['mp4', 120, 60],
    ['mkv', 120, 60],
    ['mkv', 240, 60],
    ['ts', 100, 50],
  ])('%s at %i', async (container, fps, rate) => {
    const { numbers, plan } = await numbersOf(`${fps}.${container}`, String(fps));
    expect(plan.grid.frameRate).toEqual({ num: rate, den: 1 });
    expect(numbers).toEqual(upTo(SECONDS * rate, fps / rate));
    expect(plan.warnings.join()).toContain(`${fps} pictures a second become ${rate}`);
  });
});

describe('where the pictures change in the middle of the film none is lost or doubled', () => {
  const SIZE = { width: 256, height: 144 };
  const clip = (name: string, size: typeof SIZE, args: readonly string[]) =>
    makeClip({ dir, name, rate: '25', seconds: 2, audio: [], ...size, videoArgs: args });

  test.each([
    ['their size', { width: 512, height: 288 }, ['-bf', '0']],
    ['their range', SIZE, ['-bf', '0', '-pix_fmt', 'yuvj420p', '-color_range', 'pc']],
    ['their depth', SIZE, ['-bf', '0', '-pix_fmt', 'yuv420p10le']],
  ])('%s', async (name, size, args) => {
    const first = await clip(`${name} 1.h264`, SIZE, ['-bf', '0']);
    const second = await clip(`${name} 2.h264`, size, args);
    const both = join(dir, `${name}.h264`);
    writeFileSync(both, Buffer.concat([readFileSync(first), readFileSync(second)]));
    const path = join(dir, `${name}.ts`);
    await runFfmpeg(['-f', 'h264', '-framerate', '25', '-i', both, '-c', 'copy', path]);
    const film = await encodeFilm(path);
    const joined = join(dir, `${name} encoded.ts`);
    writeFileSync(joined, film.join(film.plan.video[0]?.name ?? ''));
    expect(await readFrameNumbers(joined)).toEqual([...upTo(50), ...upTo(50)]);
  });
});
