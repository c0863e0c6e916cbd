import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inputArgs } from '../../src/ffmpeg/input-args.ts';
import { probe } from '../../src/ffmpeg/probe/probe.ts';
import { run } from '../../src/ffmpeg/run.ts';
import { corpus } from '../helpers/corpus.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const ffmpeg = process.env['MOVIE_INGEST_FFMPEG'] || 'ffmpeg';
const ffprobe = process.env['MOVIE_INGEST_FFPROBE'] || 'ffprobe';
const open = (path: string) =>
  run(ffprobe, [
    '-v',
    'error',
    '-show_entries',
    'format=format_name',
    '-of',
    'csv=p=0',
    ...inputArgs(path),
  ]);

const attacks = corpus('attack');
const scripts =
  attacks === undefined ? [] : readdirSync(attacks).filter((name) => !name.startsWith('secret'));

describe('playlists and scripts dressed as films', () => {
  test.skipIf(attacks === undefined)('there are some to try', () => {
    expect(scripts.length).toBeGreaterThan(2);
  });

  test.each(scripts)('%s is not opened', async (name) => {
    const { exitCode, stdout } = await open(join(attacks ?? '', name));
    expect(exitCode).not.toBe(0);
    expect(stdout.toString()).toBe('');
  });

  test('a picture beyond the limit is not decoded', async () => {
    const path = join(makeTempDir('bomb'), 'bomb.mkv');
    await runFfmpeg(['-f', 'lavfi', '-i', 'color=s=8200x4400:d=0.1:r=10', '-c:v', 'mjpeg', path]);
    const decoded = await run(ffmpeg, [
      '-nostdin',
      '-xerror',
      ...inputArgs(path),
      '-f',
      'null',
      '-',
    ]);
    expect(decoded.exitCode).not.toBe(0);
  });
});

describe('containers that films come in', () => {
  test.each([
    ['mp4', 'libx264'],
    ['mov', 'libx264'],
    ['3gp', 'h263'],
    ['mkv', 'libx264'],
    ['webm', 'libvpx'],
    ['ts', 'libx264'],
    ['avi', 'mpeg4'],
    ['flv', 'flv'],
    ['vob', 'mpeg2video'],
    ['wmv', 'wmv2'],
    ['mxf', 'mpeg2video'],
    ['ogv', 'libvpx'],
  ])('.%s is opened', async (extension, codec) => {
    const path = join(makeTempDir('container'), `film: 100%d.${extension}`);
    const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=352x288:r=25:d=0.4'];
    await runFfmpeg([...picture, '-c:v', codec, '-pix_fmt', 'yuv420p', `file:${path}`]);
    const { exitCode, stderrTail } = await open(path);
    expect(stderrTail).toEqual([]);
    expect(exitCode).toBe(0);
  });
});

test('promise 7: a film whose tags would fill the memory is refused', async () => {
  const dir = makeTempDir('tags');
  const [tags, film] = [join(dir, 'tags.txt'), join(dir, 'tags.mkv')];
  const lines = Array.from({ length: 17 }, (_, index) => `tag${index}=${'A'.repeat(1_000_000)}`);
  writeFileSync(tags, `;FFMETADATA1\n${lines.join('\n')}\n`);
  const picture = ['-f', 'lavfi', '-i', 'color=s=64x64:r=25:d=0.4'];
  await runFfmpeg([...picture, '-i', tags, '-map_metadata', '1', '-c:v', 'libx264', film]);
  await expect(probe(film, { tools: { ffmpeg, ffprobe } })).rejects.toMatchObject({
    exit: 'film',
    message: 'tags.mkv describes itself in more than 16.0 MB',
  });
});
