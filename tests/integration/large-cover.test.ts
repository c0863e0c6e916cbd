import { join } from 'node:path';
import { expect, test } from 'vitest';
import { probe } from '../../src/ffmpeg/probe/probe.ts';
import { TOOLS } from '../helpers/encode-film.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { makeFastTempDir } from '../helpers/temp-dir.ts';

const dir = makeFastTempDir('large-cover');
const small = ['-f', 'lavfi', '-i', 'testsrc2=size=96x64:rate=25:duration=1'];
const large = ['-f', 'lavfi', '-i', 'color=red:size=7000x7000:rate=1:duration=1'];

test('a cover beyond the limit of pixels is passed over: the film has no fault', async () => {
  const path = join(dir, 'cover.mp4');
  await runFfmpeg([
    ...[...small, ...large, '-map', '0', '-map', '1', '-c:v:0', 'libx264', '-c:v:1', 'mjpeg'],
    ...['-frames:v:1', '1', '-disposition:v:1', 'attached_pic', path],
  ]);
  const source = await probe(path, { tools: TOOLS });
  expect(source.video).toMatchObject({ width: 96, height: 64 });
  expect(source).not.toHaveProperty('coverArt');
});

test('a picture beyond it is refused, as before', async () => {
  const path = join(dir, 'film.avi');
  await runFfmpeg([...large, '-c:v', 'mjpeg', path]);
  await expect(probe(path, { tools: TOOLS })).rejects.toThrow('7000×7000: too large');
});
