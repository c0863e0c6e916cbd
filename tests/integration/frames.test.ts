import { writeFileSync } from 'node:fs';
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

test('above 60 every other picture is taken', async () => {
  const { numbers, plan } = await numbersOf('120.mp4', '120');
  expect(plan.grid.frameRate).toEqual({ num: 60, den: 1 });
  expect(numbers).toEqual(upTo(SECONDS * 60, 2));
  expect(plan.warnings.join()).toContain('120 pictures a second become 60');
});
