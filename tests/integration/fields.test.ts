import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodeFilm, planFilmAt } from '../helpers/encode-film.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { makeFastTempDir } from '../helpers/temp-dir.ts';

const dir = makeFastTempDir('fields');

/** Television's size, with much that moves sideways: what a comb shows best. */
const MOVING = (rate: string) =>
  `testsrc2=size=720x576:rate=${rate}:duration=3,scroll=horizontal=0.012,format=yuv420p`;
const FIELDS = 'interlace=scan=tff:lowpass=off';
const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '16'];

async function make(name: string, filter: string, args: readonly string[]): Promise<string> {
  const path = join(dir, name);
  await runFfmpeg(['-f', 'lavfi', '-i', filter, ...args, `file:${path}`]);
  return path;
}

/** How much of the picture is combed: lines that differ from both neighbours, which are alike. */
async function combing(path: string): Promise<number> {
  const film = await encodeFilm(path);
  const [rung] = film.plan.video.toReversed();
  const { stdout } = await runFfmpeg([
    ...['-i', film.first(rung?.name ?? ''), '-frames:v', '20', '-fps_mode', 'passthrough'],
    ...['-vf', 'format=gray', '-f', 'rawvideo', 'pipe:1'],
  ]);
  const { width = 1, height = 1 } = rung ?? {};
  let combed = 0;
  for (let at = width; at < stdout.length - width; at += 1) {
    const line = Math.floor(at / width) % height;
    if (line === 0 || line === height - 1) continue;
    const [above, here, below] = [at - width, at, at + width].map((one) => stdout[one] ?? 0);
    const isAlike = Math.abs((above ?? 0) - (below ?? 0)) < 16;
    const isOff =
      Math.min(Math.abs((here ?? 0) - (above ?? 0)), Math.abs((here ?? 0) - (below ?? 0))) > 40;
    if (isAlike && isOff) combed += 1;
  }
  return combed / stdout.length;
}

describe('fields become whole pictures, and whole pictures stay sharp', () => {
  test('interlaced, and marked so by the encoder', async () => {
    const path = await make('marked.mp4', `${MOVING('50')},${FIELDS}`, [
      ...X264,
      '-flags',
      '+ildct+ilme',
      '-top',
      '1',
    ]);
    const plan = await planFilmAt(path);
    expect(plan.source.video).toMatchObject({
      fieldOrder: 'interlaced',
      fields: { first: 'top', isTelecined: false },
    });
    expect(plan.picture.deinterlace).toBe('marked');
    expect(plan.warnings.join()).toContain('interlaced (it says so): it is deinterlaced');
    expect(await combing(path)).toBeLessThan(0.004);
  });

  test('interlaced, but marked as progressive', async () => {
    const path = await make('hidden.mp4', `${MOVING('50')},${FIELDS},setfield=prog`, X264);
    const plan = await planFilmAt(path);
    expect(plan.source.video.fields).toMatchObject({ told: 'progressive', first: 'top' });
    expect(plan.picture.deinterlace).toBe('top');
    expect(plan.warnings.join()).toContain('its pictures show it, though it says otherwise');
    expect(await combing(path)).toBeLessThan(0.004);
  });

  test('with the lower field first, in a container that says nothing', async () => {
    const filter = `${MOVING('50')},interlace=scan=bff:lowpass=off,setfield=prog`;
    const path = await make('bottom.avi', filter, ['-c:v', 'mpeg4', '-q:v', '2']);
    const plan = await planFilmAt(path);
    expect(plan.picture.deinterlace).toBe('bottom');
  });

  test('progressive, but marked as interlaced: not touched', async () => {
    const path = await make('sharp.mp4', `${MOVING('25')},setfield=tff`, [
      ...X264,
      '-flags',
      '+ildct+ilme',
      '-top',
      '1',
    ]);
    const plan = await planFilmAt(path);
    expect(plan.source.video).toMatchObject({
      fieldOrder: 'progressive',
      fields: { told: 'interlaced' },
    });
    expect(plan.picture.deinterlace).toBe(false);
    expect(plan.ffmpegArgs.join()).not.toContain('bwdif');
    expect(plan.warnings.join()).toContain('left sharp');
  });

  test('telecined: named', async () => {
    const filter = `${MOVING('24000/1001')},telecine=pattern=23`;
    const path = await make('telecined.mpg', filter, [
      '-c:v',
      'mpeg2video',
      '-q:v',
      '3',
      '-flags',
      '+ildct+ilme',
      '-top',
      '1',
    ]);
    const plan = await planFilmAt(path);
    expect(plan.source.video.fields).toMatchObject({ isTelecined: true });
    expect(plan.warnings.join()).toContain('3:2 pulldown');
    expect(plan.grid.frameRate).toEqual({ num: 30_000, den: 1001 });
  });

  test('a film of 24 whole pictures is not looked at, and one of 25 is found whole', async () => {
    const film = await planFilmAt(await make('film.mp4', MOVING('24'), X264));
    expect(film.source.video.fields).toBeUndefined();
    const tv = await planFilmAt(await make('tv.mp4', MOVING('25'), X264));
    expect(tv.source.video).toMatchObject({
      fieldOrder: 'progressive',
      fields: { told: 'progressive' },
    });
    expect(tv.warnings).toEqual(['The film has no sound.']);
  });
});
