import { IngestError } from '../../errors.ts';
import type { StoryboardGrid } from '../../model/plan.ts';
import type { Tools } from '../../model/toolchain.ts';
import { segmentsInput } from '../check/segments-input.ts';
import { demandSuccess } from '../encode/demand-success.ts';
import { run } from '../run.ts';
import { splitJpegs } from './split-jpegs.ts';

export type StoryboardOptions = Readonly<{
  tools: Tools;
  /** Holds a folder for each rendition. */
  dir: string;
  rendition: string;
  /** The init segment beside them, in fMP4. */
  init?: string | undefined;
  /** File names of all its segments, in order. */
  segments: readonly string[];
  grid: StoryboardGrid;
  /** Of the film, cut into `grid.intervalMs`; one tile for each. */
  spans: readonly Readonly<{ startMs: number; endMs: number }>[];
  /** Longest time from picture to picture, and from key frame to key frame. */
  frameMs: number;
  keyFrameMs: number;
  /** All but the last distance between key frames are `keyFrameMs`. */
  hasEvenKeyFrames?: boolean;
  signal: AbortSignal;
}>;

/**
 * The sheets of a film's storyboard, as JPEGs, from the finished segments of its smallest rendition: a
 * tenth of the price of decoding the film again (performance.md §4). Each tile shows the middle of its
 * span. Where key frames are dense enough, or one begins each span, only they are decoded, and a tile may be
 * up to `keyFrameMs` early, but never outside its span. Throws `encode` when ffmpeg fails or makes another number of sheets.
 */
export async function makeStoryboard(options: StoryboardOptions): Promise<readonly Buffer[]> {
  const { tools, dir, rendition, segments, init, grid, signal } = options;
  const { keyFrameMs, frameMs } = options;
  const { hasEvenKeyFrames = false } = options;
  const usesKeyFrames =
    grid.intervalMs >= 4 * keyFrameMs || (hasEvenKeyFrames && grid.intervalMs % keyFrameMs === 0);
  const { args, stdin } = segmentsInput({ rendition, files: segments, init });
  const result = await run(
    tools.ffmpeg,
    [
      ['-hide_banner', '-loglevel', 'error'],
      usesKeyFrames ? ['-skip_frame', 'nokey'] : [],
      args,
      ['-an', '-sn', '-dn', '-map', '0:v:0', '-map_metadata', '-1'],
      ['-vf', filters(options, usesKeyFrames ? Math.max(keyFrameMs, frameMs) : frameMs)],
      ['-fps_mode', 'passthrough', '-c:v', 'mjpeg', '-q:v', '4', '-bitexact'],
      ['-f', 'image2pipe', 'pipe:1'],
    ].flat(),
    { cwd: dir, input: stdin, signal, timeoutMs: 60_000 + 3_000 * segments.length },
  );
  demandSuccess(result, { signal });
  const sheets = splitJpegs(result.stdout);
  const planned = Math.ceil(options.spans.length / (grid.columns * grid.rows));
  if (sheets.length === planned) return sheets;
  throw new IngestError('encode', {
    what: `ffmpeg made ${sheets.length} sheets of the storyboard instead of ${planned}`,
  });
}

/**
 * Of the pictures only those that become tiles are scaled. Tile k is the first picture that is on screen
 * at, or within one step of, the middle of its span; `st` and `ld` count the tiles.
 */
function filters({ grid, spans }: StoryboardOptions, stepMs: number): string {
  const { tileWidth, tileHeight, columns, rows, intervalMs } = grid;
  const last = spans.at(-1);
  const lastMiddleMs = last === undefined ? 0 : (last.startMs + last.endMs) / 2;
  const seconds = (ms: number) => (ms / 1000).toFixed(6);
  const middle = `min((ld(0)+0.5)*${seconds(intervalMs)}\\,${seconds(lastMiddleMs)})`;
  const isNext = `gt(t\\,${middle}-${seconds(stepMs)})*lt(ld(0)\\,${spans.length})`;
  return [
    'setpts=PTS-STARTPTS', // the film's first picture is at 1.4 s in every rendition
    `select=if(${isNext}\\,st(0\\,ld(0)+1)\\,0)`,
    // JPEG means BT.601 and full range (JFIF); the rungs are BT.709 and limited.
    `scale=${tileWidth}:${tileHeight}:flags=area:in_color_matrix=bt709:in_range=tv:out_color_matrix=bt601:out_range=pc`,
    'setsar=1,format=yuvj420p',
    `tile=${columns}x${rows}`,
  ].join(',');
}
