import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { makeStoryboard } from '../../src/ffmpeg/stills/storyboard.ts';
import { readJpegSize } from '../../src/lib/read-jpeg-size.ts';
import type { StoryboardGrid } from '../../src/model/plan.ts';
import { tileSpans } from '../../src/plan/storyboard-grid.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const GRID: StoryboardGrid = {
  intervalMs: 1_000,
  tileWidth: 64,
  tileHeight: 36,
  columns: 5,
  rows: 5,
};

/** Grey by the second: 40, 48, 56 … 216, and from the beginning again. */
const LEVELS = 23;
const levelAt = (second: number) => 40 + 8 * (second % LEVELS);

/** A rendition as an encode leaves it: segments of 6 s, key frames every 2 s, the first picture at 1.4 s. */
async function makeRendition(options: {
  rate: string;
  seconds: number;
  gop: number;
}): Promise<string> {
  const dir = makeTempDir('storyboard');
  mkdirSync(join(dir, '36p'));
  await runFfmpeg([
    ...['-f', 'lavfi', '-i', `nullsrc=size=64x36:rate=${options.rate}:duration=${options.seconds}`],
    ...[
      '-vf',
      `geq=lum='40+8*mod(floor(T+0.0001),${LEVELS})':cb=128:cr=128,format=yuv420p,setparams=range=tv:colorspace=bt709`,
    ],
    ...[
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      '-bf',
      '3',
      '-sc_threshold',
      '0',
      '-g',
      String(options.gop),
    ],
    ...['-avoid_negative_ts', 'disabled', '-f', 'hls', '-hls_time', '6', '-hls_list_size', '0'],
    ...['-hls_segment_options', 'avoid_negative_ts=disabled'],
    ...['-hls_segment_filename', join(dir, '36p/seg_%05d.ts'), join(dir, '36p/run.m3u8')],
  ]);
  return dir;
}

async function storyboardOf(
  dir: string,
  {
    grid = GRID,
    seconds,
    fps,
    keyFrameMs = 2_000,
    hasEvenKeyFrames = false,
  }: {
    grid?: StoryboardGrid;
    seconds: number;
    fps: number;
    keyFrameMs?: number;
    hasEvenKeyFrames?: boolean;
  },
) {
  const segments = readdirSync(join(dir, '36p'))
    .filter((name) => name.endsWith('.ts'))
    .toSorted();
  const spans = tileSpans(grid, seconds * 1_000);
  const sheets = await makeStoryboard({
    tools: { ffmpeg: process.env['MOVIE_INGEST_FFMPEG'] || 'ffmpeg', ffprobe: 'ffprobe' },
    dir,
    rendition: '36p',
    segments,
    grid,
    spans,
    frameMs: 1_000 / fps,
    keyFrameMs,
    hasEvenKeyFrames,
    signal: new AbortController().signal,
  });
  const tiles = (await Promise.all(sheets.map((sheet) => tilesOf(sheet, grid)))).flat();
  return { spans, sheets, tiles };
}

/** Mean luma of each tile of a sheet, in the limited range, row by row. */
async function tilesOf(
  sheet: Buffer,
  { columns, rows }: StoryboardGrid,
): Promise<readonly number[]> {
  const { stdout } = await execa(
    process.env['MOVIE_INGEST_FFMPEG'] || 'ffmpeg',
    [
      ...['-v', 'error', '-f', 'jpeg_pipe', '-i', 'pipe:0'],
      // The luma as it is: what `format=gray` does to its range differs from release to release.
      ...['-vf', `extractplanes=y,scale=${columns}:${rows}:flags=area`],
      ...['-f', 'rawvideo', '-'],
    ],
    { input: sheet, encoding: 'buffer' },
  );
  return [...stdout].map((full) => 16 + (full * 219) / 255);
}

describe('each tile shows the moment that its cue stands for', () => {
  test.each([
    { rate: '24', fps: 24, seconds: 27.5, gop: 48 },
    { rate: '24000/1001', fps: 23.976, seconds: 31, gop: 48 },
    { rate: '60', fps: 60, seconds: 9, gop: 120 },
  ])(
    'at $rate pictures a second, with every picture decoded',
    async ({ rate, fps, seconds, gop }) => {
      const dir = await makeRendition({ rate, seconds, gop });
      const { spans, sheets, tiles } = await storyboardOf(dir, { seconds, fps });
      expect(spans).toHaveLength(Math.ceil(seconds - 0.25));
      expect(sheets).toHaveLength(Math.ceil(spans.length / 25));
      for (const sheet of sheets)
        expect(readJpegSize(sheet)).toStrictEqual({ width: 320, height: 180 });
      for (const [index] of spans.entries()) {
        expect(Math.abs((tiles[index] ?? 0) - levelAt(index)), `tile ${index}`).toBeLessThan(4);
      }
    },
  );

  test.each([
    // The last two seconds belong to the last tile.
    { what: 'where they are dense enough', intervalMs: 8_000, hasEvenKeyFrames: false, tiled: 6 },
    {
      what: 'where each span begins with one',
      intervalMs: 2_000,
      hasEvenKeyFrames: true,
      tiled: 25,
    },
  ])('with key frames alone, $what, no tile leaves its span', async ({ tiled, ...more }) => {
    const dir = await makeRendition({ rate: '24', seconds: 50, gop: 48 });
    const { intervalMs, hasEvenKeyFrames } = more;
    const grid = { ...GRID, intervalMs };
    const film = { grid, seconds: 50, fps: 24, hasEvenKeyFrames };
    const { spans, tiles } = await storyboardOf(dir, film);
    expect(spans).toHaveLength(tiled);
    for (const [index, { startMs, endMs }] of spans.entries()) {
      const allowed = Array.from({ length: (endMs - startMs) / 1_000 }, (_, at) =>
        levelAt(startMs / 1_000 + at),
      );
      expect(allowed.some((level) => Math.abs((tiles[index] ?? 0) - level) < 4)).toBe(true);
    }
  });

  test('of a film of one picture', async () => {
    const dir = await makeRendition({ rate: '24', seconds: 0.04, gop: 48 });
    const { spans, sheets, tiles } = await storyboardOf(dir, {
      seconds: 0.0417,
      fps: 24,
      keyFrameMs: 0,
    });
    expect([spans.length, sheets.length]).toStrictEqual([1, 1]);
    expect(Math.abs((tiles[0] ?? 0) - 40)).toBeLessThan(4);
  });
});

test('the same segments give the same bytes', async () => {
  const dir = await makeRendition({ rate: '24', seconds: 4, gop: 48 });
  const [first, second] = [
    await storyboardOf(dir, { seconds: 4, fps: 24 }),
    await storyboardOf(dir, { seconds: 4, fps: 24 }),
  ];
  expect(second.sheets[0]?.equals(first.sheets[0] ?? Buffer.alloc(0))).toBe(true);
});
