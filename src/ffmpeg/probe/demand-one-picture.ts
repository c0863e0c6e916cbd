import { basename } from 'node:path';
import { IngestError } from '../../errors.ts';
import type { Tools } from '../../model/toolchain.ts';
import { inputArgs } from '../input-args.ts';
import { run } from '../run.ts';

export type DemandOnePictureOptions = Readonly<{
  tools: Tools;
  path: string;
  /** Of the file. */
  bytes: number;
  /** The track that would be shown. */
  streamIndex: number;
  maxPixels?: number | undefined;
  signal?: AbortSignal | undefined;
}>;

/** What a recorder takes of the programme before and after. */
const NEARLY_ALL = 0.99;

type Stretch = { from: number; to: number };

/**
 * Reads a stream of several picture tracks for whether they follow one another: where a recording runs
 * on from one programme into the next, each has a track of its own, and one track is half the film.
 * Throws `film` then, with the command that cuts it. Tracks beside one another are no objection.
 */
export async function demandOnePicture(options: DemandOnePictureOptions): Promise<void> {
  const { path, bytes, streamIndex } = options;
  const stretches = await readStretches(options);
  const own = stretches.get(streamIndex);
  if (own === undefined || own.to - own.from > bytes * NEARLY_ALL) return;
  const other = [...stretches].find(([, stretch]) => isMostlyOutside(stretch, own));
  if (other === undefined) return;
  const [otherIndex, stretch] = other;
  const percent = Math.round((100 * Math.max(own.from, stretch.from)) / bytes);
  throw new IngestError('film', {
    what: `${basename(path)} is two films: its picture changes track at about ${percent} % of the file`,
    why: `Track ${streamIndex} and track ${otherIndex} follow one another, as where one programme of a recording ends and the next begins. Of one of them nothing would be seen.`,
    fix: `Cut it apart: ffmpeg -i IN -map 0:${streamIndex} -map 0:a -c copy ONE.mkv, and the same with 0:${otherIndex}.`,
  });
}

function isMostlyOutside(stretch: Stretch, own: Stretch): boolean {
  const shared = Math.min(stretch.to, own.to) - Math.max(stretch.from, own.from);
  return shared < (stretch.to - stretch.from) / 2;
}

/** Where in the file each picture track lies. */
async function readStretches(
  options: DemandOnePictureOptions,
): Promise<ReadonlyMap<number, Stretch>> {
  const { tools, path, maxPixels, signal } = options;
  const stretches = new Map<number, Stretch>();
  await run(
    tools.ffprobe,
    [
      ['-v', 'error', '-select_streams', 'v'],
      ['-show_entries', 'packet=stream_index,pos', '-of', 'csv=p=0'],
      inputArgs(path, maxPixels),
    ].flat(),
    {
      signal,
      onStdoutLine: (line) => {
        const [index = Number.NaN, at = Number.NaN] = line.split(',').map(Number.parseFloat);
        if (!Number.isFinite(index) || !Number.isFinite(at)) return;
        const known = stretches.get(index);
        if (known === undefined) stretches.set(index, { from: at, to: at });
        else {
          known.from = Math.min(known.from, at);
          known.to = Math.max(known.to, at);
        }
      },
    },
  );
  signal?.throwIfAborted();
  return stretches;
}
