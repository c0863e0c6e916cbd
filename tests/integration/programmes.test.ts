import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { probe } from '../../src/ffmpeg/probe/probe.ts';
import { scanSegment } from '../../src/lib/mpegts/scan-segment.ts';
import { FIRST_PTS } from '../../src/model/plan.ts';
import { encodeFilm, planFilmAt, TOOLS } from '../helpers/encode-film.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { makeFastTempDir } from '../helpers/temp-dir.ts';

const dir = makeFastTempDir('programmes');
const picture = (size: string) => ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=25:d=2`];
const SOUND = ['-f', 'lavfi', '-i', 'sine=d=2'];
const CODED = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'mp2'];

async function stream(name: string, ...args: readonly (readonly string[])[]): Promise<string> {
  const path = join(dir, name);
  await runFfmpeg([...args.flat(), path]);
  return path;
}

describe('a transport stream of several programmes', () => {
  test('gives the one with the largest picture, with its own sound, and says so', async () => {
    const path = await stream('two.ts', picture('160x90'), SOUND, picture('320x180'), SOUND, [
      ...['-map', '0', '-map', '1', '-map', '2', '-map', '3', ...CODED],
      ...['-program', 'st=0:st=1', '-program', 'st=2:st=3'],
    ]);
    const { source, warnings } = await planFilmAt(path);
    expect(source).toMatchObject({ pictureTracks: 1, video: { index: 2 }, audio: [{ index: 3 }] });
    expect(warnings.join()).toContain('holds 2 programmes');
  });

  test('one after the other is refused: half of it would be lost in silence', async () => {
    const pids = ['-mpegts_start_pid', '0x300', '-output_ts_offset', '2'];
    const one = await stream('one.ts', picture('320x180'), SOUND, CODED);
    const other = await stream('other.ts', picture('320x180'), SOUND, CODED, pids);
    const path = join(dir, 'joined.ts');
    writeFileSync(path, Buffer.concat([readFileSync(one), readFileSync(other)]));
    await expect(probe(path, { tools: TOOLS })).rejects.toMatchObject({
      exit: 'film',
      message: expect.stringMatching(/^joined\.ts is two films/),
    });
  });

  test('a second picture beside the first is no objection', async () => {
    const path = await stream('angles.ts', picture('320x180'), picture('160x90'), SOUND, [
      ...['-map', '0', '-map', '1', '-map', '2', ...CODED],
    ]);
    expect(await probe(path, { tools: TOOLS })).toMatchObject({ video: { index: 0 } });
  });
});

test('where a broadcast begins with sound, what comes before the first picture is cut off', async () => {
  // 40 ms: a whole picture, by which picture and sound are both moved to the front.
  const late = ['-itsoffset', '0.04', ...picture('320x180')];
  const path = await stream('late.ts', late, SOUND, CODED, ['-bf', '0', '-muxdelay', '0']);
  const { plan, first } = await encodeFilm(path);
  expect(plan.picture.leadMs).toBe(40);
  const { firstPts = 0 } = scanSegment(readFileSync(first(plan.audio[0]?.name ?? '')));
  // AAC's own lead-in, and no more.
  expect(firstPts - FIRST_PTS).toBeGreaterThanOrEqual(-1920);
});
