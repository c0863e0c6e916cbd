import type { Tools } from '../../model/toolchain.ts';
import { inputArgs } from '../input-args.ts';
import { run } from '../run.ts';
import type { FieldCounts } from './field-order.ts';

export type CountFieldsOptions = Readonly<{
  tools: Tools;
  path: string;
  streamIndex: number;
  durationSeconds: number;
  maxPixels?: number | undefined;
  signal?: AbortSignal | undefined;
}>;

/** Where to look, as shares of the film: after the titles, before the credits. */
const SPOTS = [0.12, 0.35, 0.55, 0.8];
const PICTURES_PER_SPOT = 50;
/** A film that is shorter is looked at once, from its start. */
const SHORT_SECONDS = 20;
const TIMEOUT_MS = 120_000;

/**
 * Lets ffmpeg's `idet` look at up to 200 pictures in four places: about a second. What cannot be
 * decoded is not counted. The metadata printer gives the decoder's own mark with each picture.
 */
export async function countFields(options: CountFieldsOptions): Promise<FieldCounts> {
  const { durationSeconds } = options;
  const spots =
    durationSeconds < SHORT_SECONDS
      ? [{ seconds: 0, pictures: SPOTS.length * PICTURES_PER_SPOT }]
      : SPOTS.map((share) => ({
          seconds: share * durationSeconds,
          pictures: PICTURES_PER_SPOT,
        }));
  const counts: FieldCounts[] = [];
  for (const spot of spots) counts.push(await look(options, spot));
  return counts.reduce(add);
}

type Spot = Readonly<{ seconds: number; pictures: number }>;

async function look(options: CountFieldsOptions, spot: Spot): Promise<FieldCounts> {
  const { tools, path, streamIndex, maxPixels, signal } = options;
  let counts = NOTHING;
  await run(
    tools.ffmpeg,
    [
      ['-hide_banner', '-nostdin', '-loglevel', 'info', '-nostats'],
      spot.seconds === 0 ? [] : ['-noaccurate_seek', '-ss', spot.seconds.toFixed(3)],
      inputArgs(path, maxPixels),
      ['-map', `0:${streamIndex}`, '-frames:v', String(spot.pictures), '-fps_mode', 'passthrough'],
      // idet alters the marks that it passes on: they are read before it.
      ['-vf', 'showinfo=checksum=0,idet', '-f', 'null', '-'],
    ].flat(),
    {
      signal,
      timeoutMs: TIMEOUT_MS,
      onStderrLine: (line) => {
        counts = add(counts, countsIn(line));
      },
    },
  );
  signal?.throwIfAborted();
  return counts;
}

const NOTHING: FieldCounts = {
  top: 0,
  bottom: 0,
  progressive: 0,
  repeated: 0,
  neither: 0,
  marked: 0,
  pictures: 0,
};

function add(a: FieldCounts, b: FieldCounts): FieldCounts {
  return {
    top: a.top + b.top,
    bottom: a.bottom + b.bottom,
    progressive: a.progressive + b.progressive,
    repeated: a.repeated + b.repeated,
    neither: a.neither + b.neither,
    marked: a.marked + b.marked,
    pictures: a.pictures + b.pictures,
  };
}

/** One line of idet's summary, or of showinfo (`i:T`, `i:B`, `i:P`). */
function countsIn(line: string): FieldCounts {
  const mark = /\bn: *\d+ .*\bi:([PTB])/.exec(line)?.[1];
  if (mark !== undefined) return { ...NOTHING, pictures: 1, marked: mark === 'P' ? 0 : 1 };
  const multi = /Multi frame detection: TFF: *(\d+) BFF: *(\d+) Progressive: *(\d+)/.exec(line);
  if (multi !== null) {
    const [top = 0, bottom = 0, progressive = 0] = multi.slice(1).map(Number);
    return { ...NOTHING, top, bottom, progressive };
  }
  const repeat = /Repeated Fields: Neither: *(\d+) Top: *(\d+) Bottom: *(\d+)/.exec(line);
  if (repeat === null) return NOTHING;
  const [neither = 0, top = 0, bottom = 0] = repeat.slice(1).map(Number);
  return { ...NOTHING, neither, repeated: top + bottom };
}
